"""The look of the page: light or dark as the reader's system is, one column on a phone."""

from __future__ import annotations

CSS = """
:root{color-scheme:light dark;--ink:#1c2430;--quiet:#66727f;--paper:#fff;--ground:#f3f5f8;--line:#dce2e9;
--first:#7a8796;--second:#1b66c9;--hit:27 102 201;--miss:200 62 40;--frozen:#8fb8e8;--learns:#e8873a;--head:#4a9a57;
--shadow:#0003}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--quiet:#98a4b2;--paper:#1b212a;--ground:#12161c;--line:#313a46;
--first:#9aa7b6;--second:#6aa9ff;--hit:64 132 224;--miss:214 84 62;--frozen:#46719f;--learns:#d8813c;--head:#5cab69;
--shadow:#000a}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:1080px;margin:0 auto;padding:16px}
header,section{background:var(--paper);border:1px solid var(--line);border-radius:10px;
padding:16px 20px;margin:0 0 16px}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:0 0 8px}
h3{font-size:1rem;margin:16px 0 4px}
p{margin:0 0 10px;overflow-wrap:anywhere}
.quiet,figcaption,.phase span,.key{color:var(--quiet);font-size:.9rem}
.warn{border-left:4px solid var(--learns);padding-left:10px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:14px 0 0}
.tile{border:1px solid var(--line);border-radius:8px;padding:8px 12px}
.tile b{display:block;font-size:1.35rem;line-height:1.3}
.tile span{color:var(--quiet);font-size:.85rem}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:12px}
figure{margin:0;min-width:0}
figure svg{display:block;width:100%;height:auto;max-width:560px}
figure svg text{font-family:inherit!important;fill:var(--ink)!important}
.wide{overflow-x:auto;margin:0 0 12px;background:
linear-gradient(90deg,var(--paper) 30%,transparent) 0 0/40px 100% local,
linear-gradient(270deg,var(--paper) 30%,transparent) 100% 0/40px 100% local,
linear-gradient(90deg,var(--shadow),transparent) 0 0/12px 100% scroll,
linear-gradient(270deg,var(--shadow),transparent) 100% 0/12px 100% scroll;background-repeat:no-repeat}
table{border-collapse:collapse;font-size:.9rem}
th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
.number{text-align:right;font-variant-numeric:tabular-nums}
td.number{white-space:nowrap}
td bdi{display:inline-block;max-width:min(46vw,420px);overflow-wrap:anywhere}
.classes td bdi{min-width:100px;max-width:min(34vw,420px)}
@media(max-width:480px){th,td{padding:4px 6px}main{padding:8px}header,section{padding:12px 14px}}
.confusion td{min-width:38px;text-align:center;border:1px solid var(--paper);font-variant-numeric:tabular-nums}
.confusion tbody th{white-space:nowrap;text-align:right;border:0;max-width:180px;overflow:hidden;text-overflow:ellipsis;
position:sticky;left:0;background:var(--paper)}
.confusion thead th{border:0;vertical-align:bottom;text-align:center;padding:4px 2px}
.confusion thead span{display:inline-block;max-height:140px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;
writing-mode:vertical-rl;transform:rotate(180deg)}
.hit{background:rgb(var(--hit)/calc(var(--share)*.95 + .05))}
.miss{background:rgb(var(--miss)/calc(var(--share)*.95))}
.strong{color:#fff}
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:12px}
.mistakes img,.mistakes .none{width:100%;aspect-ratio:1;object-fit:contain;background:var(--ground);border-radius:6px;}
.mistakes .none{display:grid;place-items:center;color:var(--quiet);font-size:.85rem}
figcaption{overflow-wrap:anywhere;line-height:1.35;margin-top:4px}
figcaption b{color:var(--ink)}
.depth{display:flex;gap:1px;height:26px;margin:4px 0 12px}
.depth i{min-width:1px;flex-basis:0}
i.frozen{background:var(--frozen)}i.learns{background:var(--learns)}i.head{background:var(--head)}
.key i{display:inline-block;width:12px;height:12px;margin:0 2px 0 8px}
.key i:first-child{margin-left:0}
dl{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:2px 16px;margin:0 0 10px;font-size:.92rem}
dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere;min-width:0}
pre{background:var(--ground);border:1px solid var(--line);border-radius:6px;padding:10px;overflow-x:auto;
margin:4px 0 12px;font:13px/1.45 ui-monospace,Menlo,Consolas,monospace}
.bar{display:block;height:3px;margin-left:auto;background:var(--second);width:calc(var(--share)*100%)}
summary{cursor:pointer;color:var(--quiet)}
details>*+*{margin-top:8px}
@media print{body{background:#fff}header,section{break-inside:avoid}}
"""
