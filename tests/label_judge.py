"""A chat model that knows the hidden label of every text and plays the judge by it.

Texts hold their label as ``[label 7]``. It reads prompts as a language model would have to: by
their headings, and the samples by the marks of the fence.
"""

import json
import random
import re

SAMPLE = re.compile(r"^\[(sample-\w+) (\d+)\]\n(.*?)\n\[/\1 \2\]$", re.DOTALL | re.MULTILINE)
LABEL = re.compile(r"\[label (\w+)\]")


def kind_of(messages):
    """Tell which of the prompts this is."""
    content = messages[1]["content"]
    for words, kind in {
        "Propose the criteria": "propose",
        "proposed metadata by": "pool",
        "proposed metrics by": "pool",
        "one guiding sentence": "sentences",
        "clustering them": "group",
        "Verify each cluster": "verify",
        "Name a cluster": "name",
    }.items():
        if words in content.split("\n## ")[0]:
            return kind
    raise AssertionError(f"an unknown prompt: {content[:80]}")


def samples_in(messages):
    """Return the texts shown, in order."""
    return [text for _, _, text in SAMPLE.findall(messages[1]["content"])]


def answer(messages, error_rate=0.0):
    """Answer a prompt; with some chance a text is put under a label of its own."""
    kind = kind_of(messages)
    if kind == "propose":
        return json.dumps({"metadata": {"Label": "a / b"}, "metric": {"Length": "1 short, 5 long"}})
    if kind == "pool":
        return json.dumps({"Label" if "metadata by" in messages[1]["content"] else "Length": "x"})
    if kind == "sentences":
        return json.dumps({"metadata": {"Label": "Look at it."}, "metric": {"Length": "Rate it."}})
    texts = samples_in(messages)
    if kind == "group":
        return json.dumps({"clusters": groups(texts, error_rate)})
    n = messages[1]["content"].partition("## Clusters")[2].count('"cluster"')
    return json.dumps([{"cluster": i, "valid": 1, "reasoning": "same"} for i in range(1, n + 1)])


def groups(texts, error_rate=0.0):
    """Group texts by their labels."""
    chance = random.Random("".join(texts))
    found = {}
    for number, text in enumerate(texts, 1):
        label = LABEL.search(text)[1]
        if chance.random() < error_rate:
            label = f"error {number}"
        found.setdefault(label, []).append(number)
    return [
        {
            "cluster": number,
            "sample_indices": members,
            "uniqueness_reasoning": f"label {label}",
            "cluster_metadata": {"Label": label},
            "cluster_metrics": {"Length": {"reasoning": "so so", "score": 3}},
        }
        for number, (label, members) in enumerate(found.items(), 1)
    ]
