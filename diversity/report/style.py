"""How does the page look, on a screen in the light or the dark, and on paper?"""

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 16%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1.2rem;
  color: light-dark(#1d2430, #e4e8ef); background: light-dark(#fff, #12161d); }
h1, h2, p, li, td, th, figcaption { overflow-wrap: anywhere; unicode-bidi: plaintext }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem }
.lead { font-size: 1.2rem; font-weight: 600; margin: 1rem 0 .5rem }
table { border-collapse: collapse; width: 100%; font-size: .85rem;
  font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line);
  vertical-align: top }
th:first-child, td:first-child, td.text { text-align: left; font-weight: 400 }
thead th { font-weight: 600 } small { display: block; opacity: .65; white-space: nowrap }
.note { opacity: .7; font-size: .85rem } .key { display: inline-block; width: .7em; height: .7em;
  border-radius: 50%; margin-right: .35em } .figures { display: flex; flex-wrap: wrap; gap: 1rem }
.figures figure { margin: 0; flex: 1 1 17rem; max-width: 30rem } svg { width: 100%; height: auto }
svg text { font-size: 10px; fill: currentColor; opacity: .75 } td b { font-weight: 600 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 .3rem; font: inherit;
  text-align: start; unicode-bidi: plaintext }
details { margin: 1rem 0 } summary { cursor: pointer; font-weight: 600; font-size: 1.1rem }
@media print {
  :root { color-scheme: light } body { max-width: none; margin: 0; font-size: 10.5pt; color: #000 }
  thead { display: table-header-group } tr, figure, pre { break-inside: avoid }
  h1, h2, summary { break-after: avoid } svg path, svg circle, .key { print-color-adjust: exact }
  details::details-content { content-visibility: visible; block-size: auto }
  .key { -webkit-print-color-adjust: exact } .figures figure { flex: 0 1 45% }
}
"""
