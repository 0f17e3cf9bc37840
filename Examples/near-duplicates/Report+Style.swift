extension Report {
  static let style = """
    :root{color-scheme:light dark;--paper:#faf9f6;--card:#fff;--ink:#1d2129;--soft:#6a7180;--line:#e4e2db;--accent:#0f766e;\
    --floor:#eef0ec;--rem:#fdeceb;--add:#e8f6ec;--chg:#fdf6dd;--mark:#f6d977;--remink:#b3372f;--addink:#1f7a3d}
    @media(prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1b1f25;--ink:#e4e7eb;--soft:#939cab;--line:#2c323b;\
    --accent:#3fc1b0;--floor:#242a31;--rem:#3a2224;--add:#1c3325;--chg:#332d19;--mark:#6e5a17;--remink:#f0938a;--addink:#7fd39a}}
    *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    header,main,footer{max-width:1320px;margin:0 auto;padding:0 28px}header{padding-top:56px}
    .eyebrow{margin:0;color:var(--accent);font-weight:650;letter-spacing:.02em}
    h1{font-size:34px;line-height:1.2;letter-spacing:-.02em;margin:6px 0 10px;max-width:26em;text-wrap:balance}
    h2{font-size:21px;letter-spacing:-.01em;margin:48px 0 4px}h3{margin:0 0 10px;font-size:16px;font-weight:600}
    h3 b{color:var(--accent);font-size:22px;margin-right:6px}
    .root,.p,.code{font-family:ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace;font-size:13px}
    .root,.note,.s,footer{color:var(--soft)}.root{margin:0;font-weight:400;overflow-wrap:anywhere}.note{margin:0 0 16px}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:14px;margin-top:30px}
    .tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px}
    .tile b{display:block;font-size:28px;line-height:1.2;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
    .tile span{color:var(--soft);font-size:14px}
    .chart svg{width:100%;height:auto;max-height:200px}.chart rect{fill:var(--accent)}
    .chart text{fill:var(--soft);font-size:12px;text-anchor:middle}.chart .v{fill:var(--ink)}
    article{background:var(--card);border:1px solid var(--line);border-radius:14px;margin:0 0 18px;overflow:hidden}
    .family{display:flex;gap:28px;justify-content:space-between;align-items:flex-start;padding:20px 22px;flex-wrap:wrap}
    .family>div{flex:1 1 420px;min-width:0}ol{list-style:none;margin:0;padding:0}
    li{display:flex;gap:10px;align-items:baseline;padding:2px 0;min-width:0}li .p{overflow-wrap:anywhere}
    li .i{color:var(--soft);font-size:12px;min-width:1.4em;text-align:right;font-variant-numeric:tabular-nums}
    li i{color:var(--accent);font-style:normal;font-size:13px}li .s{margin-left:auto;font-size:13px;white-space:nowrap}
    .heat{flex:none}.heat rect{fill:var(--accent)}.heat .floor{fill:var(--floor)}
    summary{display:flex;gap:14px;align-items:center;padding:10px 22px;cursor:pointer;border-top:1px solid var(--line);\
    flex-wrap:wrap}
    summary:hover{background:var(--floor)}summary::-webkit-details-marker{display:none}
    summary::before{content:"›";color:var(--soft);font-size:18px;line-height:1;transition:transform .15s}
    details[open]>summary::before{transform:rotate(90deg)}
    .list{background:var(--card);border:1px solid var(--line);border-radius:14px;overflow:hidden}.list>summary{border:0}
    .meter{position:relative;flex:none;display:inline-block;width:110px;height:20px;border-radius:5px;overflow:hidden;\
    background:var(--floor);vertical-align:middle}
    .meter i{position:absolute;inset:0 auto 0 0;background:var(--accent);opacity:.32}
    .meter b{position:absolute;inset:0;font-size:12px;line-height:20px;padding-left:8px;font-weight:600}
    .counts{margin-left:auto;font-size:13px;white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--soft)}
    .counts .r{color:var(--remink)}.counts .a{color:var(--addink)}.scroll{overflow-x:auto}summary .s{font-size:13px}
    table{border-collapse:collapse;width:100%}
    .code{table-layout:fixed;min-width:860px;font-size:12px;line-height:1.55;border-top:1px solid var(--line)}.code col.n{width:48px}
    .code td{padding:0 10px;white-space:pre-wrap;overflow-wrap:anywhere;vertical-align:top;tab-size:4}
    .code td:nth-child(odd){color:var(--soft);text-align:right;padding:0 8px;user-select:none}
    .code td:nth-child(3){border-left:1px solid var(--line)}
    .changed td:nth-child(even){background:var(--chg)}.removed td:nth-child(2){background:var(--rem)}
    .added td:nth-child(4){background:var(--add)}.removed td:nth-child(4),.added td:nth-child(2){background:var(--floor)}
    mark{background:var(--mark);color:inherit;border-radius:3px;padding:0 1px}
    .code .gap td{color:var(--soft);background:var(--floor);text-align:center;padding:3px;\
    font-family:system-ui,"DejaVu Sans",sans-serif}
    .plain td{padding:6px 14px;border-top:1px solid var(--line);vertical-align:top}.plain .p{overflow-wrap:anywhere}
    .plain td:first-child{padding-left:22px}.number{white-space:nowrap;text-align:right;color:var(--soft)}
    footer{font-size:14px;padding-top:44px;padding-bottom:60px}footer p{max-width:70ch}
    @media print{body{background:#fff}article,.list{break-inside:avoid}}
    """
}
