"""Does a saved report open without a network, and run nothing?"""

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from diversity import Settings, analyze, compare, samples
from diversity.dataset import from_frame
from diversity.report import write_report

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.__canary=1"><script>window.__canary=1</script>'
ROUGH = """</script></pre><script>window.__canary=1</script> 'q' "q" \x00\u202egnp.exe שלום"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_opens_offline_and_runs_nothing(chromium, tmp_path, scheme):
    frame = pd.DataFrame({"text": samples.load().texts[:120], "arm": [HOSTILE, ROUGH] * 60})
    analysis = analyze(from_frame(frame, "text"), Settings(embedder="hashing"))
    groups = analysis.dataset.groups("arm")
    path = tmp_path / "report.html"
    write_report(path, compare(analysis, groups, n_deals=20, raw=True), analysis, groups)
    asked, said = [], []
    with chromium.new_context(offline=True, color_scheme=scheme) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(path.as_uri())
        expect(page.get_by_role("heading", name=re.compile("Maps"))).to_be_visible()
        assert page.locator("svg path").count() >= 2
        assert page.get_by_text(HOSTILE).count() >= 1
        expect(page.get_by_text("␀�gnp.exe שלום").first).to_be_visible()
        raw = page.get_by_text("Size alone moves these")
        expect(raw).not_to_be_visible()
        page.get_by_text("Values of all records").click()
        expect(raw).to_be_visible()
        assert page.evaluate("window.__canary ?? null") is None
        for media in ("screen", "print"):
            page.emulate_media(media=media)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert len(page.pdf()) > 10_000
    assert asked == [path.as_uri()]
    assert said == []
