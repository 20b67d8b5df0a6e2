import { render } from 'preact'
import { startWords } from '../shared/i18n'
import '../shared/style/main.css'
import { startSession } from './session'
import { MachineApp } from './views/app'
import { FILES } from './words'

const root = document.getElementById('app')
if (!root) throw new Error('the page has no #app')
await startWords('machine', FILES)
render(<MachineApp session={startSession()} />, root)
