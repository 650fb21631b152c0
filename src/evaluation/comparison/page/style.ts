/** What the comparison's page has beyond the report's style. */
export const COMPARISON_STYLE = `
h1 i{font-style:normal;font-weight:400;color:var(--muted);font-size:.7em}
h3{font-size:.95rem;margin:1.4em 0 .5em}
h3 small{font-weight:400}
.letter{display:inline-block;min-width:1.5em;padding:0 .35em;border-radius:5px;background:var(--accent);color:var(--card);font-weight:600;text-align:center;font-size:.86em}
.stat .letter,.stat .stamp{display:inline-block}
.stat .letter{color:var(--card)}
.verdict{font-size:1.12rem;line-height:1.5;margin-top:1em;max-width:80ch}
.pair{border-top:1px solid var(--rule);padding:12px 0 4px}
.pair .forest{max-width:560px}
.who{margin:.2em 0 .6em}
.kind{margin-left:.5em}
.kind.better,.kind.equivalent,.kind.notWorse{color:var(--accent)}
.kind.worse,.kind.worseByMore{color:var(--warm)}
.forest .zero{stroke:var(--muted)}
.forest .limit{stroke:var(--warm);stroke-dasharray:3 3}
.side th small{display:block;font-weight:400;max-width:16em;overflow-wrap:anywhere}
.side td{white-space:nowrap}
.side thead th,.differences thead th{vertical-align:bottom}
.deciding th,.deciding td{background:color-mix(in srgb,var(--accent) 9%,var(--card))}
.scroll .deciding th:first-child{background:color-mix(in srgb,var(--accent) 9%,var(--card))}
.deciding th{font-weight:600}
.differences .told{white-space:nowrap}
.differences .told b{display:inline-block;min-width:3.6em}
.differences .plot,.differences .axis{min-width:130px;width:22%}
.differences+.columns,.scroll+.columns{margin-top:22px}
.differences .axis span{display:inline-block;width:50%;font-weight:400;text-align:left}
.differences .axis span:last-child{text-align:right}
.differences .by{text-align:left;font-size:.8rem;line-height:1.3;min-width:7.5em;max-width:9em}
.differences .p{white-space:nowrap}
.agreement{width:auto}
.agreement td{min-width:92px}
.partings{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px}
.partings li{border:1px solid var(--rule);border-radius:8px;padding:8px;font-size:.84rem;break-inside:avoid;min-width:0}
.partings img{display:block;width:100%;height:130px;object-fit:contain;background:#000;border-radius:5px;margin-bottom:6px}
.partings span{display:block;overflow-wrap:anywhere}
.partings .truth{font-weight:600}
.partings .good{color:var(--accent)}
.partings .bad{color:var(--warm)}
.partings small{display:block;overflow-wrap:anywhere;font-size:.74rem;margin-top:3px}
@media (max-width:640px){.partings{grid-template-columns:1fr 1fr}.differences th:first-child{white-space:normal}.differences .plot,.differences .axis{min-width:120px}.agreement td{min-width:0}.agreement td small{display:block}.side td small,.differences .told small{display:block}}
@media print{.differences,.side{font-size:8.5pt}.differences th:first-child{min-width:11em}}
`;
