# SPDX-License-Identifier: Apache-2.0
"""How the page of the report looks, by day and by night."""

STYLE = """
:root { --text: #1c1e21; --dim: #5c6370; --back: #ffffff; --card: #f5f6f8; --line: #d9dce1;
  --good: #1a7f37; --bad: #c62828; --unknown: #9a6700; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --dim: #9aa2ad; --back: #15171a; --card: #1e2125; --line: #363b42;
    --good: #4cc26a; --bad: #ff7b72; --unknown: #e0a83a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: .75rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; }
.made, .none { color: var(--dim); }
.warning { background: var(--bad); color: var(--back); font-weight: 600; padding: .6rem .9rem;
  border-radius: 6px; }
.verdicts { list-style: none; margin: 1rem 0; padding: .5rem 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 8px; }
.verdicts li { padding: .2rem 0 .2rem 1.6rem; position: relative; overflow-wrap: anywhere; }
.verdicts b { position: absolute; left: 0; width: 1.2rem; text-align: center; }
.good b { color: var(--good); } .bad b { color: var(--bad); } .unknown b { color: var(--unknown); }
.wide { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .87rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem 1.1rem .35rem 0;
  border-bottom: 1px solid var(--line); max-width: 26rem; }
td { white-space: pre-wrap; }
.long { min-width: 11rem; overflow-wrap: anywhere; }
th { color: var(--dim); font-weight: 600; vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { white-space: normal; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--dim); overflow-wrap: anywhere; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .7rem;
  overflow-x: auto; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
svg { display: block; width: 100%; max-width: 36rem; height: auto; }
svg text { fill: var(--dim); font-size: 11px; font-variant-numeric: tabular-nums; }
svg .label { fill: var(--text); font-size: 12px; }
svg .grid { stroke: var(--line); }
svg .median { stroke-width: 2.5; }
"""
