import { STYLE } from '../../evaluation/report/style.ts';

/** The report's style, and what only an audit shows. */
export const AUDIT_STYLE = `${STYLE}
.stat b.long{font-size:1.25rem;line-height:1.9;white-space:nowrap}
.checks{display:grid;gap:0}
.check{display:grid;grid-template-columns:9.5em 1fr;gap:4px 18px;padding:12px 0;border-top:1px solid var(--rule)}
.check:first-child{border-top:0;padding-top:0}
.check p{margin:0 0 3px}
.check .todo{color:var(--muted);font-size:.88rem}
.check a{color:inherit}
.todo code,section>.muted code,.features .muted code{white-space:nowrap}
.level{font-weight:600;white-space:nowrap}
.level::before{display:inline-block;width:1.35em}
.level.problem{color:var(--warm)}.level.problem::before{content:"✕"}
.level.warning{color:var(--warm)}.level.warning::before{content:"!"}
.level.note{color:var(--accent)}.level.note::before{content:"i"}
.level.ok{color:var(--c2)}.level.ok::before{content:"✓"}
.level.skipped{color:var(--muted)}.level.skipped::before{content:"–"}
.sets{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(320px,100%),1fr));gap:14px;margin-top:12px}
.set{border:1px solid var(--rule);border-radius:8px;padding:10px;display:flex;flex-wrap:wrap;gap:10px;align-content:flex-start}
.set h3{flex:1 0 100%;font-size:.88rem;font-weight:600;margin:0;overflow-wrap:anywhere}
.set h3 small{font-weight:400}
.set figure{flex:1 1 120px;min-width:0;max-width:170px}
.set img,.set .gone{display:block;width:100%;aspect-ratio:1;object-fit:contain;background:#111;border-radius:5px}
.set .gone{display:grid;place-items:center;color:#ccc;font-size:.8rem}
.set figcaption{font-weight:400;font-size:.82rem;line-height:1.35;margin-top:6px}
.set code{display:block;font-size:.78rem;overflow-wrap:anywhere;color:var(--muted)}
.set code small{font-size:inherit}
.set figcaption>small{display:block}
.place{font-style:normal;font-size:.74rem;border:1px solid var(--rule);border-radius:4px;padding:0 5px;margin-left:6px;white-space:nowrap}
.place.test,.place.val{border-color:var(--accent);color:var(--accent)}
.place.nowhere{border-color:var(--warm);color:var(--warm)}
.sets.single{grid-template-columns:repeat(auto-fill,minmax(150px,1fr))}
.sets.single figure{max-width:none}
.features{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(420px,100%),1fr));gap:6px 32px}
.features h4{font-size:.92rem;margin:.8em 0 .2em;font-weight:600}
.features h4 small{font-weight:400}
.features p{margin:.2em 0}
.typical{font-size:.84rem;color:var(--muted);line-height:1.5}
.typical span{white-space:nowrap;margin-right:.9em}
.typical b{font-weight:500;color:var(--ink)}
.few{color:var(--warm);font-weight:600}
.more{color:var(--muted);font-size:.88rem;margin-top:10px}
.plain{width:auto;min-width:60%}
.plain td,.plain th{text-align:left;vertical-align:top}
.plain td:first-child{padding-left:0}
.plain td.n,.plain th.n{text-align:right;white-space:nowrap}
.plain td.n .reason{white-space:normal}
@media (max-width:640px){.typical span{white-space:normal}.check{grid-template-columns:1fr;gap:2px}.plain{width:100%;font-size:.88rem}.plain td,.plain th{padding-left:4px;padding-right:4px}.plain th.n{white-space:normal}.plain td small{display:block}}
@media print{.set{break-inside:avoid}.sets{grid-template-columns:1fr 1fr}}
`;
