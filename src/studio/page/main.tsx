/** The page of the studio. */
import { render } from 'preact'
import { styleSheet } from '../../report/html/style.js'
import { App } from './app.js'
import own from './style.css?inline'

// The styles of the reports, and those of the studio. A script may add them although the policy
// forbids styles in the document.
document.adoptedStyleSheets = [styleSheet, own].map((text) => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
})

const place = document.getElementById('studio')
if (place) render(<App />, place)
