"""What is each cluster about, in a few words?

A phrase speaks for a cluster if a larger share of its texts holds it than of all texts, and if
few texts hold it at all. That silences the stop words of languages no list knows of, and the
turns of phrase that a prompt puts into every text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import numpy as np

from diversity.arrays import Float64, Int32, Int64

MOST_TEXTS = 300
MOST_TEXTS_IN_ALL = 20_000
MOST_CHARACTERS = 4_000
_FAINT = 1e-3
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(
    rf"[{_IDEOGRAPH}]|[^\W\d_{_IDEOGRAPH}]+(?:[-&][^\W\d_{_IDEOGRAPH}]+)*|\d+|[^\w\s]"
)
_ENGLISH = """
    a about above after again against all also although always am among an and another any are
    aren as at away back be because become been before being below between both but by came can
    cannot come could couldn did didn do does doesn doing don done down during each either else
    enough ever every few for from further get gets getting give given go goes going gone got had
    hadn has hasn have haven having he her here hers herself him himself his how however i if in
    instead into is isn it its itself just keep know let like ll made make makes making many may
    maybe me might mine more most much must my myself need needs neither never no nor not nothing
    now of off often on once one only onto or other others our ours out over own per perhaps please
    put quite rather re really said same say says see seem seems she should shouldn since so some
    someone something soon still such take takes tell than that the their theirs them themselves
    then there these they thing things think this those though three through thus to together too
    toward two under until up upon us use used using ve very via want wants was wasn way we well
    went were weren what whatever when where whether which while who whole whom whose why will
    with within without won would wouldn yet you your yours yourself
"""
STOP_WORDS = frozenset(_ENGLISH.split())


def keyphrases(texts: Sequence[str], labels: Int32, n: int = 10) -> dict[int, tuple[str, ...]]:
    """Find the words and pairs of words that set each cluster apart.

    Parameters
    ----------
    texts : sequence of str
        One text a record.
    labels : ndarray of shape (n_records,)
        Cluster of each record; noise (-1) counts as background only.
    n : int, default=10
        Phrases a cluster, fewer where it has fewer.

    Returns
    -------
    dict of int to tuple of str
        For each cluster, rising, its phrases in lower case, the most telling first. A word mostly
        seen inside one pair stands there as that pair.

    Notes
    -----
    Class-based TF-IDF (Grootendorst, arXiv 2203.05794, equation 2) with two changes: a text counts
    once however often it repeats a phrase, and the frequency is the excess over that in all
    texts. At most 300 different texts a cluster are read, evenly spaced (fewer, but at least 30,
    where that makes more than 20,000 in all), and of each text the first 4,000 characters.

    Examples
    --------
    >>> texts = ["solar panels", "solar panels up", "cold brew", "cold brew tea"]
    >>> keyphrases(texts, np.array([0, 0, 1, 1], dtype=np.int32), n=1)
    {0: ('solar panels',), 1: ('cold brew',)}
    """
    if len(texts) != len(labels):
        raise ValueError(f"need a label for each of {len(texts)} texts, got {len(labels)}")
    clusters, read = _sample(texts, labels)
    words, tokens, documents = _tokens([text for some in read for text in some])
    members = np.repeat(np.arange(len(clusters)), [len(some) for some in read])
    first, second, held = _phrases(words, tokens, documents)
    place, phrase, counts = _count(members[held[:, 0]], held[:, 1])
    sizes = np.array([len(some) for some in read])
    excess = _excess(place, phrase, counts, sizes)
    support, inside = _nesting(place, phrase, counts, excess, first, second)
    scores = _class_tf_idf(place, phrase, counts, sizes) * excess * support * (1 - inside)
    order = np.lexsort((phrase, -scores, place))
    bounds = np.searchsorted(place[order], np.arange(len(clusters) + 1))
    found = {}
    for position, cluster in enumerate(clusters.tolist()):
        ranked = phrase[order[bounds[position] : bounds[position + 1]]]
        spoken = (_spoken(words, first[one], second[one]) for one in ranked)
        found[cluster] = tuple(islice(_different(spoken), n))
    found.pop(-1, None)
    return found


def cluster_names(phrases: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Name each cluster by two of its phrases, no two clusters alike.

    Parameters
    ----------
    phrases : mapping of int to sequence of str
        From `keyphrases`.

    Returns
    -------
    dict of int to str
        The best phrase and the next that shares no word with it; further ones, and at last the
        cluster's number, where two would be called the same.

    Examples
    --------
    >>> cluster_names({0: ("solar panels", "solar", "inverter"), 1: ()})
    {0: 'solar panels, inverter', 1: 'cluster 1'}
    """
    names: dict[int, str] = {}
    for cluster, ranked in phrases.items():
        apart = _apart(ranked)
        choices = [", ".join(apart[:1] + apart[i : i + 1]) for i in range(1, len(apart) + 1)]
        free = (choice for choice in choices if choice and choice not in names.values())
        names[cluster] = next(free, f"{choices[0]} {cluster}" if apart else f"cluster {cluster}")
    return names


def _sample(texts: Sequence[str], labels: Int32) -> tuple[Int32, list[list[str]]]:
    """List different texts of every cluster, evenly spaced, no more than there is time for."""
    order = np.argsort(labels, kind="stable")
    clusters, starts = np.unique(labels[order], return_index=True)
    most = min(MOST_TEXTS, max(MOST_TEXTS // 10, MOST_TEXTS_IN_ALL // max(1, len(clusters))))
    read = []
    for rows in np.split(order, starts[1:]):
        some = list(dict.fromkeys(texts[row] for row in rows.tolist()))
        places = np.linspace(0, len(some) - 1, min(len(some), most)).round().astype(int)
        read.append([some[place][:MOST_CHARACTERS] for place in places])
    return clusters, read


def _tokens(texts: Sequence[str]) -> tuple[list[str], Int64, Int64]:
    """Cut texts into tokens: the vocabulary, each token's place in it, and each token's text."""
    vocabulary: dict[str, int] = {}
    tokens: list[int] = []
    lengths = []
    for text in texts:
        found = _TOKEN.findall(text.casefold())
        lengths.append(len(found))
        tokens.extend(vocabulary.setdefault(token, len(vocabulary)) for token in found)
    return list(vocabulary), np.array(tokens, np.int64), np.repeat(np.arange(len(texts)), lengths)


def _phrases(words: list[str], tokens: Int64, documents: Int64) -> tuple[Int64, Int64, Int64]:
    """Find single words and pairs: first word, second word (-1: none), and (text, phrase) rows."""
    telling = np.array([_tells(word) for word in words], bool)[tokens]
    alone = telling & np.array([len(word) > 1 for word in words], bool)[tokens]
    paired = telling[:-1] & telling[1:] & (documents[:-1] == documents[1:])
    paired &= tokens[:-1] != tokens[1:]
    n_words = len(words)
    single = tokens[alone] * (n_words + 1)
    double = tokens[:-1][paired] * (n_words + 1) + tokens[1:][paired] + 1
    keys, phrase = np.unique(np.concatenate([single, double]), return_inverse=True)
    held = np.stack([np.concatenate([documents[alone], documents[:-1][paired]]), phrase], axis=1)
    first, second = np.divmod(keys, n_words + 1)
    return first, second - 1, _unique_rows(held)


def _tells(word: str) -> bool:
    return word[0].isalpha() and word not in STOP_WORDS and (len(word) > 1 or not word.isascii())


def _unique_rows(pairs: Int64) -> Int64:
    width = int(pairs[:, 1].max(initial=0)) + 1
    keys = np.unique(pairs[:, 0] * width + pairs[:, 1])
    return np.stack(np.divmod(keys, width), axis=1)


def _count(place: Int64, phrase: Int64) -> tuple[Int64, Int64, Int64]:
    """Count in how many texts of each cluster each phrase stands; sorted by both."""
    width = int(phrase.max(initial=0)) + 1
    keys, counts = np.unique(place * width + phrase, return_counts=True)
    place, phrase = np.divmod(keys, width)
    return place, phrase, counts


def _excess(place: Int64, phrase: Int64, counts: Int64, sizes: Int64) -> Float64:
    """Share of a phrase's frequency in a cluster that is over its frequency in all texts."""
    if len(sizes) < 2:
        return np.ones(len(counts))
    in_all = np.bincount(phrase, weights=counts)[phrase] / sizes.sum()
    excess: Float64 = np.maximum(1 - in_all / (counts / sizes[place]), _FAINT)
    return excess


def _class_tf_idf(place: Int64, phrase: Int64, counts: Int64, sizes: Int64) -> Float64:
    """Weigh tf log(1 + A / f); what only one text of several says hardly counts."""
    totals = np.bincount(phrase, weights=counts)[phrase]
    weights: Float64 = counts / sizes[place] * np.log1p(counts.sum() / len(sizes) / totals)
    return np.where((counts == 1) & (sizes[place] > 3), _FAINT * weights, weights)


def _nesting(
    place: Int64, phrase: Int64, counts: Int64, excess: Float64, first: Int64, second: Int64
) -> tuple[Float64, Float64]:
    """Weigh pairs by their words and words by their pairs.

    Returns
    -------
    support : ndarray
        For a pair the smaller excess of its two words over its own, at most 1, so that "imagine
        rivers" is worth nothing where every text imagines; 1 for a word.
    inside : ndarray
        For a word the share of its texts that hold it in its best supported pair; 0 for a pair.
    """
    width = int(max(first.max(initial=0), second.max(initial=0))) + 1
    pair = second[phrase] >= 0
    words = place[~pair] * width + first[phrase[~pair]]
    order = np.argsort(words)
    ends = [place[pair] * width + end[phrase[pair]] for end in (first, second)]
    spots = [_find(words, order, end) for end in ends]
    known = np.append(excess[~pair], 1)
    support, inside = np.ones(len(counts)), np.zeros(len(counts))
    weaker = np.minimum(known[spots[0]], known[spots[1]])
    support[pair] = np.minimum(1, weaker / excess[pair])
    held = np.zeros(len(words) + 1)
    for spot in spots:
        np.maximum.at(held, spot, support[pair] * counts[pair])
    inside[~pair] = np.minimum(held[:-1] / counts[~pair], 1 - _FAINT)
    return support, inside


def _find(keys: Int64, order: Int64, wanted: Int64) -> Int64:
    """Find the position of each wanted key, or one past the end."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64)
    spot = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    return np.where(keys[spot] == wanted, spot, len(keys))


def _spoken(words: list[str], first: int, second: int) -> str:
    if second < 0:
        return words[first]
    glue = "" if re.match(f"[{_IDEOGRAPH}]", words[second]) else " "
    return f"{words[first]}{glue}{words[second]}"


def _different(phrases: Iterable[str]) -> Iterable[str]:
    """Pass on phrases that say something the ones before did not."""
    said: list[frozenset[str]] = []
    for phrase in phrases:
        stems = _stems(phrase)
        if not any(stems <= earlier for earlier in said):
            said.append(stems)
            yield phrase


def _apart(phrases: Sequence[str]) -> list[str]:
    """Keep the first phrase and those that share no word with it."""
    return [*phrases[:1], *(p for p in phrases[1:] if not _stems(p) & _stems(phrases[0]))]


def _stems(phrase: str) -> frozenset[str]:
    """Take words without the plural s."""
    return frozenset(
        word[:-1] if len(word) > 3 and word.endswith("s") else word for word in phrase.split()
    )
