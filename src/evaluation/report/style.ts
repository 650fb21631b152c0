/** The page's style. Line colours are Okabe and Ito's, darkened on white and lightened on black for contrast. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f5f7f9;--card:#fff;--ink:#16232e;--muted:#566675;--rule:#dde4ea;--accent:#0a5a8a;--warm:#b3470b;
--heat:#5b9bc8;--miss:#e39a6a;
--c0:#0a5a8a;--c1:#b3470b;--c2:#00785a;--c3:#8a4a78;--c4:#8a6400;--c5:#2c87b8;--c6:#3c4650;--c7:#a03030}
@media (prefers-color-scheme:dark){:root{--page:#0e151b;--card:#16202a;--ink:#e6edf3;--muted:#9aabba;--rule:#2a3844;--accent:#67b5e8;--warm:#f2a266;
--heat:#236a98;--miss:#9c5420;
--c0:#67b5e8;--c1:#f2a266;--c2:#4cc9a4;--c3:#d79bc4;--c4:#e6c14f;--c5:#a5d3f0;--c6:#c3ccd4;--c7:#f08a8a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1080px;margin:0 auto;padding:32px 20px 56px}
h1{font-size:1.75rem;line-height:1.2;margin:.1em 0 .25em;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.12rem;margin:0 0 .7em}
p{margin:.5em 0;max-width:74ch}
.kicker{color:var(--muted);font-size:.82rem;letter-spacing:.08em;text-transform:uppercase;margin:0}
.muted,small{color:var(--muted)}
.muted{font-size:.88rem}
section,.stat{background:var(--card);border:1px solid var(--rule);border-radius:10px}
section{padding:22px 24px;margin-top:18px}
.stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:14px;margin-top:22px}
.stat{padding:14px 18px}
.stat span{display:block;color:var(--muted);font-size:.88rem}
.stat b{font-size:1.9rem;font-weight:600;line-height:1.25;letter-spacing:-.02em}
.stat small{display:block;font-size:.85rem}
.stat i{font-style:normal;white-space:nowrap}
.stamp{display:inline-block;border:1.5px solid var(--warm);color:var(--warm);border-radius:6px;padding:1px 9px;font-weight:600;font-size:.88rem;margin:2px 8px 2px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:5px 22px;margin:0}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:22px 36px}
table{border-collapse:collapse;width:100%}
th,td{text-align:right;padding:6px 10px;font-weight:400;border-bottom:1px solid var(--rule);vertical-align:middle}
th:first-child{text-align:left;padding-left:0}
thead th,thead td{color:var(--muted);font-size:.84rem}
td small{white-space:nowrap}
.metrics th{white-space:nowrap}
.metrics td:nth-child(2){white-space:nowrap;text-align:left}
.metrics td.muted{white-space:normal}
.metrics thead th{text-align:left}
.metrics .plot,.metrics .scale{width:46%;padding-left:6px;padding-right:6px}
.metrics .scale{position:relative}
.metrics .scale span{position:absolute;bottom:6px;left:50%;transform:translateX(-50%)}
.metrics .scale span:first-child{left:calc(6px + 2%)}
.metrics .scale span:last-child{left:calc(98% - 6px)}
.metrics .group th{padding-top:16px;font-weight:600;border-bottom:0}
.metrics .group span{font-weight:400;color:var(--muted);font-size:.84rem;margin-left:.5em}
.metrics td b{display:inline-block;min-width:3.2em}
.metrics .how{margin-left:.7em}
.forest{display:block;overflow:visible}
.forest .tick{stroke:var(--rule)}
.forest .span{stroke:var(--accent);stroke-width:2;opacity:.75}
.forest circle{fill:var(--accent)}
figure{margin:0}
figcaption{font-size:.92rem;font-weight:600;margin-bottom:6px}
figure>svg{width:100%;max-width:400px;display:block}
svg text{font-size:11px;fill:var(--muted)}
svg .axis{font-size:12px;fill:var(--ink)}
.grid{stroke:var(--rule);fill:none}
.guide{stroke:var(--muted);stroke-dasharray:4 4;fill:none;opacity:.8}
.curve{stroke-width:1.6;stroke-linejoin:round;fill:none}
.curve.main{stroke-width:2.6}
.point{fill:var(--card);stroke:var(--ink);stroke-width:2.5}
.dot{display:inline-block;width:11px;height:11px;border:2.5px solid var(--ink);border-radius:50%;vertical-align:-1px}
.joint{stroke:var(--accent);opacity:.45;stroke-width:1.5}
.whisker{stroke:var(--accent);stroke-width:1.5}
.reliability{fill:var(--accent)}
.bar{fill:var(--accent);opacity:.35}
.legend{list-style:none;margin:6px 0 0;padding:0;font-size:.88rem;max-width:400px}
.legend li{display:flex;align-items:center;gap:9px}
.legend span{flex:1;overflow-wrap:anywhere}
.legend b{font-weight:600}
.scroll{overflow-x:auto}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.scroll th:first-child,.confusion .corner{position:sticky;left:0;background:var(--card)}
.classes td{text-align:right}
.classes small{display:block}
.counts{width:auto}
.confusion{border-collapse:separate;border-spacing:3px;width:auto}
.confusion th,.confusion td{border:0}
.confusion td{min-width:64px;height:52px;text-align:center;border-radius:5px;padding:4px 6px;line-height:1.2}
.confusion td.hit{background:color-mix(in srgb,var(--heat) var(--share),var(--page))}
.confusion td.miss{background:color-mix(in srgb,var(--miss) var(--share),var(--page))}
.confusion td b{display:block;font-weight:600}
.confusion .hit small,.confusion .miss small{color:inherit}
.confusion thead th{text-align:center}
.confusion tbody th{text-align:right;padding-left:0;color:var(--ink)}
.confusion tbody th small{display:block;white-space:nowrap}
.confusion .corner{font-size:.84rem;height:auto;text-align:right}
.confusion .corner span,.cells .scale span{white-space:nowrap}
.verdicts{width:auto}
.verdicts td{min-width:104px}
.verdicts tbody td{font-weight:600}
.verdicts .good{color:var(--accent)}
.verdicts .bad{color:var(--warm)}
h2 .number{color:var(--muted);font-weight:400;margin-right:.6em}
h3{font-size:.98rem;margin:1.5em 0 .5em}
h3:first-child{margin-top:0}
nav ol{display:flex;flex-wrap:wrap;gap:4px 18px;margin:20px 0 0;padding:0;list-style:none;counter-reset:n;font-size:.88rem}
nav li{counter-increment:n}
nav li::before{content:counter(n) " ";color:var(--muted)}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
code,pre{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{overflow-wrap:anywhere}
pre{background:var(--page);border-radius:6px;padding:10px 12px;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5em 0}
.absent{color:var(--muted);border-left:3px solid var(--rule);padding-left:12px}
.verdict{border-left:3px solid var(--rule);padding:2px 0 2px 12px;font-weight:600}
.verdict.good{border-color:var(--accent)}
.verdict.bad{border-color:var(--warm)}
b.good{color:var(--accent)}
b.bad{color:var(--warm)}
.flow{max-width:760px;margin:4px 0 8px}
.flow .step{display:grid;grid-template-columns:minmax(0,1.25fr) minmax(0,1fr);gap:0 34px;align-items:center}
.flow .step::after{content:"";grid-column:1;height:18px;border-left:2px solid var(--muted);margin-left:50%}
.flow .step:has(.out)::after{height:18px}
.box,.out{border:1px solid var(--muted);border-radius:7px;padding:7px 12px;background:var(--card)}
.box b,.box small,.out b,.out small{display:block}
.out{border-style:dashed;border-color:var(--rule);position:relative}
.out::before{content:"";position:absolute;left:-34px;width:33px;top:50%;border-top:2px dashed var(--muted)}
.box.here{border:2px solid var(--accent)}
.parts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;list-style:none;margin:0;padding:12px 0 0;border-top:2px solid var(--muted)}
.who{width:auto;min-width:min(100%,560px);margin-bottom:14px}
.who th,.cells th{text-align:right}
.who th:first-child,.cells th:first-child{text-align:left;white-space:normal}
.who .level{padding-left:18px!important;color:var(--muted)}
.who .first th{font-weight:600}
.who .first th small{font-weight:400}
.who tbody th{color:inherit}
.cells td small{display:block}
.cells .small{display:block;color:var(--warm);white-space:normal;min-width:150px}
.cells th:first-child{width:24%}.cells td,.cells thead th{width:11%}.cells .plot,.cells .scale{min-width:130px;width:22%!important}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:20px 24px;margin-top:14px}
.legend.across{display:flex;flex-wrap:wrap;gap:4px 22px;max-width:none}
.legend.across span{flex:none}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(138px,1fr));gap:16px 14px;list-style:none;margin:0;padding:0}
.pictures li,.explained li{font-size:.88rem;line-height:1.35;min-width:0}
.pictures img,.gone{width:100%;aspect-ratio:1;object-fit:contain;background:#000;border-radius:6px;display:block;margin-bottom:5px}
.gone{display:grid;place-items:center;color:#bbb}
.pictures b,.pictures small{display:block}
.pictures b small{display:inline}
.id{display:block;overflow-wrap:anywhere;font-size:.76rem}
.explained{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr));gap:20px 24px;list-style:none;margin:0;padding:0}
.maps{display:grid;grid-template-columns:repeat(3,1fr);gap:6px;margin-bottom:5px}
.maps img{width:100%;display:block;border-radius:5px}
.maps small{font-size:.76rem;line-height:1.3;display:block}
.tally{list-style:none;padding:0;margin:.5em 0;font-weight:600}
.asked dd{color:var(--muted)}
.checklist{font-size:.88rem}
.checklist th,.checklist td{text-align:left;vertical-align:top}
.checklist td:first-child{padding-left:0;color:var(--muted);white-space:nowrap}
.checklist th:nth-child(2),.checklist tbody th{min-width:150px;position:static!important}
.checklist td:nth-child(3){white-space:nowrap}
.checklist td:nth-child(4){min-width:280px;overflow-wrap:anywhere}
.checklist .filled{color:var(--accent)}
.checklist .partly{color:var(--muted)}
.checklist .open,.todo{color:var(--warm)}
ul.notes{margin:0;padding-left:1.2em;max-width:80ch}
footer{color:var(--muted);font-size:.84rem;margin-top:22px}
@media (max-width:640px){main{padding:20px 12px 40px}dl{grid-template-columns:minmax(0,1fr)!important}dd+dt{margin-top:6px}
.checklist thead{display:none}.checklist tr{display:grid;grid-template-columns:2.7em minmax(0,1fr) auto;border-bottom:1px solid var(--rule);padding:5px 0}.checklist td,.checklist th{border:0;padding:2px 0!important;min-width:0!important}.checklist td:nth-child(4){grid-column:2/-1}
.who th,.who td{padding-left:5px;padding-right:5px}.who td small{display:block}.who .level{padding-left:10px!important}
.flow .step{gap:0 22px;font-size:.88rem}.out::before{left:-22px;width:21px}.pictures{grid-template-columns:repeat(auto-fill,minmax(104px,1fr));gap:14px 10px}.checklist td:nth-child(4){min-width:220px}
section{padding:16px 14px}h1{font-size:1.4rem}
.stats{grid-template-columns:1fr 1fr;gap:10px}.stat{padding:10px 12px}.stat b{font-size:1.5rem}
.columns{grid-template-columns:minmax(0,1fr)}
dl{gap:1px;font-size:.92rem}
.metrics .plot,.metrics .scale{width:28%}.metrics th{white-space:normal;font-size:.88rem}.metrics td:nth-child(2){font-size:.88rem}
.metrics td small{display:block}.metrics td,.metrics th{padding-left:4px;padding-right:4px}.verdicts td{min-width:0}
.confusion td{min-width:50px;height:46px;font-size:.88rem;padding:2px}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--muted:#444;--rule:#ccc;--accent:#0a5a8a;--warm:#b3470b;--heat:#5b9bc8;--miss:#e39a6a;
--c0:#0a5a8a;--c1:#b3470b;--c2:#00785a;--c3:#8a4a78;--c4:#8a6400;--c5:#2c87b8;--c6:#3c4650;--c7:#a03030}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}
section{border:0;border-top:1px solid var(--rule);border-radius:0;padding:12px 0}figure,tr,.stat,.pictures li,.explained li,.flow{break-inside:avoid}h2,h3{break-after:avoid}nav{display:none}a{color:inherit}
.pictures{grid-template-columns:repeat(6,1fr)}.charts{grid-template-columns:repeat(4,1fr);gap:10px}.explained{grid-template-columns:1fr 1fr;gap:12px}.checklist{font-size:8.5pt}.checklist th,.checklist td,.who th,.who td{padding-top:3px;padding-bottom:3px}
.stats{grid-template-columns:repeat(4,1fr)}.columns{grid-template-columns:1fr 1fr}.scroll{overflow:visible}.confusion{break-inside:avoid;font-size:8.5pt}.confusion th,.confusion td{padding:2px 3px;min-width:0;font-size:inherit}.confusion thead th{overflow-wrap:break-word}}
`;
