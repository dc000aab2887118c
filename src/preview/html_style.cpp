#include "preview/html.hpp"

namespace dataflow::page {

// Every pair of text and ground has a contrast of 4.5 to 1 or more in both schemes.
const std::string_view html_style = R"CSS(
:root{color-scheme:light dark;--bg:#fff;--soft:#f6f8fa;--fg:#1f2328;--dim:#59636e;--line:#d1d9e0;--link:#0550ae;
--safe:#116329;--safe-bg:#dafbe1;--medium:#6a4700;--medium-bg:#fff3c4;--high:#a40e26;--high-bg:#ffe2e0;
--critical:#fff;--critical-bg:#a40e26;--k:#8a2f9c;--s:#0a3069;--i:#953800;--n:#0550ae;--c:#59636e}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--soft:#151b23;--fg:#e6edf3;--dim:#9aa4af;--line:#3d444d;--link:#79b8ff;
--safe:#7ee787;--safe-bg:#12301c;--medium:#f0c65a;--medium-bg:#332805;--high:#ffa198;--high-bg:#3c1416;
--critical:#fff;--critical-bg:#b62324;--k:#d8a5ff;--s:#a5d6ff;--i:#ffb77c;--n:#79c0ff;--c:#9aa4af}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,body>header,body>footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
body>header{padding-top:2rem}
h1{font-size:1.6rem;line-height:1.25;margin:0}
h2{font-size:1.2rem;margin:2.25rem 0 .75rem}
h3{font-size:.95rem;margin:1rem 0 .35rem}
p{margin:.35rem 0}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
code,td,th,li,dd,h3,.subject{overflow-wrap:anywhere}
.dim,footer{color:var(--dim)}
.subject{color:var(--dim);margin-top:.25rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.75rem;margin:1.5rem 0 0}
.facts div{background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem}
.facts dt{color:var(--dim);font-size:.85rem}
.facts dd{margin:.15rem 0 0}
.level{display:inline-block;border-radius:.3rem;padding:.05rem .5rem;font-size:.8rem;font-weight:700;letter-spacing:.02em;white-space:nowrap}
.level.safe{color:var(--safe);background:var(--safe-bg)}
.level.medium{color:var(--medium);background:var(--medium-bg)}
.level.high{color:var(--high);background:var(--high-bg)}
.level.critical{color:var(--critical);background:var(--critical-bg)}
.stop{border:1px solid var(--high);background:var(--high-bg);border-radius:.5rem;padding:.25rem 1.1rem .9rem;margin-top:1.75rem}
.stop h2{margin:.75rem 0 .25rem;color:var(--high)}
.stop ul{margin:.5rem 0 0}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--dim);padding-bottom:.5rem}
th,td{text-align:left;vertical-align:top;padding:.6rem .7rem;border-bottom:1px solid var(--line)}
thead th{color:var(--dim);font-weight:600;font-size:.85rem;border-bottom-width:2px;white-space:nowrap}
tbody th{font-weight:600}
tbody th .kind{display:block;font-weight:400;color:var(--dim);font-size:.8rem}
tbody th .details{display:block;font-weight:400}
.kind{white-space:nowrap}
td .more{display:block;color:var(--dim);font-size:.85rem}
td .bad{display:block;color:var(--high);margin-top:.25rem}
ul{padding-left:1.25rem}
li{margin:.2rem 0}
details{border:1px solid var(--line);border-radius:.5rem;margin:2rem 0 0}
details>div{padding:0 1rem 1rem}
summary{cursor:pointer;padding:.7rem 1rem;font-weight:600}
summary .dim{font-weight:400}
pre{background:var(--soft);border:1px solid var(--line);border-radius:.4rem;padding:.7rem .9rem;margin:0;overflow-x:auto;line-height:1.45;tab-size:4}
.k{color:var(--k)}.s{color:var(--s)}.i{color:var(--i)}.n{color:var(--n)}.c{color:var(--c);font-style:italic}
body>footer{padding-top:2rem;padding-bottom:2rem;font-size:.8rem}
body>footer p{overflow-wrap:anywhere}
@media(max-width:46rem){
thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
table,caption,tbody,tr,th,td{display:block}
tbody tr{border:1px solid var(--line);border-radius:.5rem;padding:.35rem .2rem;margin-bottom:.75rem}
th,td{border:0;padding:.25rem .7rem}
td[data-label]{display:grid;grid-template-columns:8.5rem 1fr;align-items:baseline}
td[data-label]::before{content:attr(data-label);color:var(--dim);font-size:.85rem}
}
@media print{
:root{color-scheme:light}
body{font-size:10pt}
main,body>header,body>footer{max-width:none;padding-left:0;padding-right:0}
details::details-content{content-visibility:visible;height:auto}
details{border:0}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
tr,.facts div,pre{break-inside:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
)CSS";

}  // namespace dataflow::page
