"""axe-core over what a page shows: the rules of WCAG 2.2, levels A and AA, and its best practices."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.async_api import Page

import dayloom

_AXE: Final = Path(dayloom.__file__).parent / "web/node_modules/axe-core/axe.min.js"
_RUN: Final = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${help})\\n  ${html.slice(0, 200)}\\n  ${failureSummary}`));
}"""


async def violations(page: Page) -> list[str]:
    """Return what axe objects to, with the element and how to mend it."""
    await page.evaluate(_AXE.read_text("utf-8"))
    return await page.evaluate(_RUN)
