/** The CSS of the step-up's pages, in addition to the layout's. */

export const STYLE = `
h2 { margin: 2rem 0 .5rem; font-size: 1.125rem }
hr { margin: 1.5rem 0; border: 0; border-top: 1px solid var(--line); opacity: .4 }
ul, ol { margin: 0 0 1rem; padding: 0; list-style: none }
li { display: flex; gap: .75rem; align-items: center; justify-content: space-between; padding: .5rem 0 }
ul.choices li { display: block }
ul.advice { padding-inline-start: 1.25rem; list-style: disc }
ul.advice li { display: list-item; padding: 0 }
li form { flex: none; margin: 0 }
li button, button.quiet { width: auto; padding: .375rem .75rem; border: 1px solid var(--line); background: transparent; color: inherit; font-weight: 400 }
ul.choices button, form + form button { margin: 0 }
small { display: block; color: var(--quiet) }
ol.codes { display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: .25rem .75rem; padding: .75rem; border: 1px solid var(--line); border-radius: .375rem }
ol.codes li { padding: 0; white-space: nowrap }
code { direction: ltr; unicode-bidi: isolate; font: .9375rem/1.6 ui-monospace, Consolas, monospace }
.qr-code { display: block; width: 12rem; max-width: 100%; margin: 0 auto 1rem }
.qr-code svg { display: block; width: 100%; height: auto; border-radius: .375rem }
summary { margin-bottom: .75rem; cursor: pointer }
button:disabled { opacity: .6; cursor: default }
[role=alert]:empty { display: none }
.warn { margin-bottom: 1rem; padding: .75rem 1rem; border: 1px solid var(--bad); border-radius: .375rem }
.warn > :last-child { margin-bottom: 0 }
details { margin-bottom: 1rem }
`;
