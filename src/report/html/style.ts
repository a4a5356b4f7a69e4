/** The style of a report: the reader's own fonts, one column, few colours. */
export const styleSheet = `
:root {
  --page: #fdfdfc;
  --ink: #1c1e21;
  --quiet: #5d636b;
  --line: #dcdedf;
  --shade: rgb(0 0 0 / 0.1);
  --notice: #9a6400;
  --notice-tint: #fdf6e7;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15171a;
    --ink: #e6e6e3;
    --quiet: #a0a6ad;
    --line: #34383d;
    --shade: rgb(255 255 255 / 0.2);
    --notice: #e0b050;
    --notice-tint: #26210f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--page);
  color: var(--ink);
  font: 1.0625rem/1.6 var(--serif);
}
main { max-width: 46rem; margin: 0 auto; padding: 3.5rem 1.25rem 4rem; }
h1, h2, table, dl, figcaption, footer, aside, header p { font-family: var(--sans); }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
header { padding-bottom: 1.5rem; border-bottom: 1px solid var(--line); }
header p { margin: 0.6rem 0 0; color: var(--quiet); font-size: 1.0625rem; text-wrap: balance; }
h2 { margin: 3rem 0 0.9rem; font-size: 1.3rem; line-height: 1.3; font-weight: 620; letter-spacing: -0.008em; }
p { margin: 0 0 1rem; overflow-wrap: break-word; }
aside {
  margin: 1.25rem 0;
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--notice);
  background: var(--notice-tint);
  font-size: 0.95rem;
}
aside p:last-child { margin: 0; }
/* The shadows at the sides show that there is more to scroll to, and hide behind covers that scroll along. */
.wide {
  overflow-x: auto;
  -webkit-overflow-scrolling: touch;
  background:
    linear-gradient(to right, var(--page) 40%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--page) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% no-repeat scroll;
}
.wide:focus-visible { outline: 2px solid var(--quiet); outline-offset: 4px; }
table {
  margin: 1.25rem 0;
  border-collapse: collapse;
  font-size: 0.9rem;
  line-height: 1.35;
  font-variant-numeric: tabular-nums lining-nums;
}
caption { max-width: calc(min(46rem, 100vw) - 2.5rem); padding-bottom: 0.6rem; text-align: left; color: var(--quiet); }
th, td { padding: 0.42rem 0.9rem 0.42rem 0; font-weight: 400; vertical-align: baseline; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--line); font-weight: 600; vertical-align: bottom; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 1.5px solid var(--ink); }
tbody tr + tr > * { border-top: 1px solid var(--line); }
td { white-space: nowrap; }
td.left { white-space: normal; }
tbody th { min-width: 7rem; }
.left { text-align: left; }
.right { text-align: right; }
.center { text-align: center; }
strong { font-weight: 700; }
sup { font-size: 0.75em; line-height: 0; }
tfoot td { padding-top: 0.5rem; color: var(--quiet); white-space: normal; }
tfoot p { margin: 0; max-width: calc(min(46rem, 100vw) - 2.5rem); }
figure { margin: 1.75rem 0; }
.player { display: block; width: 100%; max-height: 26rem; background: #000; }
audio.player { background: none; }
/* Charts shrink to the width there is, so that none has a part out of sight. */
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { margin-top: 0.7rem; color: var(--quiet); font-size: 0.9rem; line-height: 1.5; }
dl { margin: 1.25rem 0; font-size: 0.95rem; }
dl div { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: 0 1rem; padding: 0.35rem 0; border-top: 1px solid var(--line); }
dl div:last-child { border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.85rem; overflow-wrap: anywhere; }
@media (max-width: 36rem) {
  main { padding-top: 2rem; }
  h1 { font-size: 1.6rem; }
  dl div { grid-template-columns: 1fr; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --ink: #000; --quiet: #444; --line: #bbb; --shade: transparent; --notice: #444; --notice-tint: #fff; }
  @page { margin: 18mm 16mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  /* Sections follow one another: a page each would leave most of the paper empty. */
  h2 { margin-top: 1.75rem; break-after: avoid; }
  figure, tr, aside, caption, dl div, figcaption { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  caption { break-after: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; background: none; }
  /* What would scroll on a screen must fit the paper. */
  table { width: 100%; font-size: 8pt; }
  caption, tfoot p { max-width: none; }
  th, td, thead th { padding-right: 0.5rem; white-space: normal; }
  figure { margin: 1.25rem 0; }
  figure svg { max-width: 100%; max-height: 100mm; }
  figcaption { break-before: avoid; }
}
`
