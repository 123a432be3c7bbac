"""How diverse does a language model find the texts? The LLM cluster-agent of arXiv 2410.15226.

A judge proposes criteria, cuts random handfuls of texts into groups by them, and verifies its own
groups; the scores say into how many groups the texts fall. docs/agent.md explains the method.

>>> from diversity import agent, samples
>>> judge = agent.EmbeddingJudge(samples.vectors())
>>> run = agent.run(samples.load(), judge, agent.Settings(by="prompt", n_rounds=30))
>>> run.label, run.ending
('embedding judge (not an LLM)', 'rounds')
"""

from diversity.agent.again import judge_again, judge_again_steps
from diversity.agent.agreement import Agreement, agree
from diversity.agent.budget import Estimate, estimate, estimate_again, estimate_naming
from diversity.agent.comparing import (
    AtK,
    Difference,
    compare_groups,
    sensitivity,
)
from diversity.agent.criteria import PAPER, Criteria, Criterion
from diversity.agent.embedding_judge import EmbeddingJudge
from diversity.agent.granularity import Granularity, best_granularity
from diversity.agent.judges import Judge, LLMJudge
from diversity.agent.names import ClusterName, Naming
from diversity.agent.naming import name_clusters, name_clusters_steps
from diversity.agent.round_values import Convention
from diversity.agent.rounds import Cluster, Round
from diversity.agent.run_files import load_run, parse_run, recorded_run, run_as_json, save_run
from diversity.agent.running import run, run_steps
from diversity.agent.runs import ENDINGS, Proposed, Run
from diversity.agent.scoring import GroupScore, Measure, score_rounds
from diversity.agent.settings import Settings, paper
from diversity.agent.variance import VarianceSplit, split_variance
from diversity.agent.work import AgentProgress

__all__ = [
    "ENDINGS",
    "PAPER",
    "AgentProgress",
    "Agreement",
    "AtK",
    "Cluster",
    "ClusterName",
    "Convention",
    "Criteria",
    "Criterion",
    "Difference",
    "EmbeddingJudge",
    "Estimate",
    "Granularity",
    "GroupScore",
    "Judge",
    "LLMJudge",
    "Measure",
    "Naming",
    "Proposed",
    "Round",
    "Run",
    "Settings",
    "VarianceSplit",
    "agree",
    "best_granularity",
    "compare_groups",
    "estimate",
    "estimate_again",
    "estimate_naming",
    "judge_again",
    "judge_again_steps",
    "load_run",
    "name_clusters",
    "name_clusters_steps",
    "paper",
    "parse_run",
    "recorded_run",
    "run",
    "run_as_json",
    "run_steps",
    "save_run",
    "score_rounds",
    "sensitivity",
    "split_variance",
]
