/** The page's one style sheet. Colours keep a contrast of 4.5 to 1 at least, in light and in dark. */
export const style = `
:root { color-scheme: light dark; --line: #c9ced6; --soft: #f3f5f8; --text: #1d2430; --dim: #555f6d; --on: #0a6b2d; --off: #6b4a00; --bad: #a8101c; --accent: #0b57b0; }
@media (prefers-color-scheme: dark) { :root { --line: #444c58; --soft: #20262f; --text: #e8ebf0; --dim: #aab3bf; --on: #6fd492; --off: #e8c36a; --bad: #ff8f8f; --accent: #86bbff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: Canvas; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.facts, .dim { color: var(--dim); overflow-wrap: anywhere; }
.on { color: var(--on); font-weight: 600; }
.off { color: var(--off); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.cards { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
.cards > li { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; overflow-wrap: anywhere; content-visibility: auto; contain-intrinsic-size: auto 7rem; }
.head { display: flex; gap: .6rem; align-items: center; }
.icon { position: relative; flex: none; width: 2.5rem; height: 2.5rem; border-radius: .5rem; overflow: hidden; border: 1px solid var(--line); }
.icon svg, .icon img { position: absolute; inset: 0; width: 100%; height: 100%; }
.icon img { padding: .35rem; object-fit: contain; }
h3 { font-size: 1rem; margin: 0; }
ul.plain { margin: .4rem 0 0; padding-left: 1.1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
ol.talk { list-style: none; padding: 0; margin: .5rem 0; }
ol.talk li { background: var(--soft); border-radius: .5rem; padding: .4rem .6rem; margin: .3rem 2rem .3rem 0; }
ol.talk li.operator { margin: .3rem 0 .3rem 2rem; }
del { color: var(--dim); }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .5rem 0; }
label { display: grid; gap: .15rem; }
input, select, button { font: inherit; padding: .35rem .6rem; border: 1px solid var(--dim); border-radius: .3rem; background: Field; color: FieldText; max-width: 100%; }
button { background: ButtonFace; color: ButtonText; cursor: pointer; }
details summary { cursor: pointer; }
#status:empty { display: none; }
#status { position: sticky; bottom: 0; padding: .5rem; background: Canvas; border-top: 1px solid var(--line); }
@media (max-width: 40rem) { body { padding: .6rem; } ol.talk li { margin-right: 0; } ol.talk li.operator { margin-left: 1rem; } }
`;
