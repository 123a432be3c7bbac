"""Does a saved report open without a network, and run nothing?"""

import re

import pytest
from playwright.sync_api import expect

from diversity import analyze, compare, samples
from diversity.report import write_report

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.__canary=1"><script>window.__canary=1</script>'


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_opens_offline_and_runs_nothing(chromium, tmp_path, scheme):
    analysis = analyze(samples.load(), vectors=samples.vectors())
    rows = [*analysis.dataset.groups("prompt").values()][:2]
    groups = {HOSTILE: rows[0], "plain": rows[1]}
    path = tmp_path / "report.html"
    write_report(path, compare(analysis, groups, n_deals=20), analysis, groups)
    asked, said = [], []
    with chromium.new_context(offline=True, color_scheme=scheme) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(path.as_uri())
        expect(page.get_by_role("heading", name=re.compile("Maps"))).to_be_visible()
        assert page.locator("svg path").count() >= 2
        assert page.get_by_text(HOSTILE).count() >= 1
        assert page.evaluate("window.__canary ?? null") is None
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert asked == [path.as_uri()]
    assert said == []
