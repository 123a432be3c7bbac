"""A judge of known behaviour behind OpenAI's protocol: it groups texts by their first word."""

import json
import re
from dataclasses import replace

from tests.llm_server import said

SAMPLE = re.compile(r"^\[(sample-\w+) (\d+)\]\n(.*?)\n\[/\1 \2\]", re.MULTILINE | re.DOTALL)
PROPOSAL = {
    "metadata": {"Subject": "bread / sea / bicycle", "Form": "list / story"},
    "metric": {"Clarity": "1 muddled, 5 clear", "Density": "1 thin, 5 dense"},
}
POOLED = {"criteria": {"Subject": "what it is about", "Form": "how it is told"}}
SENTENCES = {"metadata": {"Subject": "What it is about."}, "metric": {"Form": "How it is told."}}


def samples(request):
    """Read the texts that a prompt shows, in order."""
    return [text for _, _, text in SAMPLE.findall(request.messages[1]["content"])]


def kind(request):
    """Tell which of the prompts it is."""
    prompt = request.messages[1]["content"]
    asked = {
        "propose": "Propose the criteria", "pool": "Pool them", "sentences": "Sum up each",
        "group": "Evaluate the absolute diversity", "verify": "Verify each cluster",
        "name": "Name a cluster",
    }  # fmt: skip
    return next(name for name, words in asked.items() if words in prompt)


def by_first_word(request):
    """Answer every prompt of the cluster-agent, and name clusters."""
    name = kind(request)
    if name == "group":
        return said(json.dumps({"clusters": groups(samples(request))}))
    if name == "verify":
        clusters = re.findall(r'^\{"cluster": (\d+)', request.prompt, re.MULTILINE)
        return said({"verdicts": [{"cluster": int(n), "valid": 1, "reasoning": "they do"}
                                  for n in clusters]})  # fmt: skip
    if name == "name":
        word = samples(request)[0].split()[0]
        return said({"name": f"{word} texts", "summary": f"About {word}.", "cited_samples": [1, 2]})
    return said({"propose": PROPOSAL, "pool": POOLED, "sentences": SENTENCES}[name])


def slowly(request):
    """Answer the same after half a second."""
    return replace(by_first_word(request), after_s=0.5)


def groups(texts):
    """Put texts of one first word together, as the protocol wants it."""
    found = {}
    for number, text in enumerate(texts, 1):
        found.setdefault(text.split()[0], []).append(number)
    return [
        {
            "cluster": number,
            "sample_indices": indices,
            "uniqueness_reasoning": f"they begin with {word}",
            "cluster_metadata": {"Subject": word},
            "cluster_metrics": {"Clarity": {"reasoning": "clear", "score": 4}},
        }
        for number, (word, indices) in enumerate(found.items(), 1)
    ]
