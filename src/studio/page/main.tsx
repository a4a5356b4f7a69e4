/** The page of the studio. */
import { render } from 'preact'
import { styleSheet } from '../../report/html/style.js'
import { App } from './app.js'
import './style.css'

// The look of the reports; a script may add it where the policy forbids styles in the document.
const sheet = new CSSStyleSheet()
sheet.replaceSync(styleSheet)
document.adoptedStyleSheets = [sheet]

const place = document.getElementById('studio')
if (place) render(<App />, place)
