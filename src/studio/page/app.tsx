/** The frame of the page: navigation, and the current place. */
import { useEffect, useRef } from 'preact/hooks'
import { type About, aboutStudio } from '../protocol.js'
import { LivePlace } from './live/live.js'
import { Problem, Waiting } from './parts/notice.js'
import { QueuePlace } from './queue/queue.js'
import { ComparePlace } from './runs/compare.js'
import { RunPlace } from './runs/run.js'
import { RunsPlace } from './runs/runs.js'
import { linkTo, type Route, useRoute } from './state/route.js'
import { get, useAnswer } from './state/server.js'
import { TeachPlace } from './teach/teach.js'
import { texts } from './texts.js'
import { TryPlace } from './try/try.js'
import { DataPlace } from './work/data.js'
import { TrainPlace } from './work/train.js'

/** Places in the order of the navigation; the first ones need no server. */
const places = ['live', 'try', 'teach', 'runs', 'data', 'train', 'queue'] as const

const serverless = 3

/** Without a queue, its place is left out. */
function shownPlaces(about: About | undefined) {
  if (about?.isStatic !== false) return places.slice(0, serverless)
  return places.filter((place) => place !== 'queue' || about.queue !== undefined)
}

export function App() {
  const { answer: about, mistake } = useAnswer(
    (signal) => get('./studio.json', aboutStudio, signal),
    [],
  )
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  const current = places.find((place) => route.place.startsWith(place.slice(0, 3))) ?? 'live'
  useEffect(() => {
    document.title = `${texts.places[current]} · ${texts.title}`
  }, [current])
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {texts.skip}
      </button>
      <header class="bar">
        <span class="brand">{texts.title}</span>
        <nav aria-label={texts.title}>
          {shownPlaces(about).map((place) => (
            <a
              key={place}
              href={linkTo(place)}
              aria-current={place === current ? 'page' : undefined}
            >
              {texts.places[place]}
            </a>
          ))}
        </nav>
      </header>
      <main ref={main} id="studio-main" tabIndex={-1}>
        {mistake !== undefined && <Problem>{mistake}</Problem>}
        {about ? <Place route={route} about={about} /> : mistake === undefined && <Waiting />}
      </main>
    </>
  )
}

function Place({ route, about }: { readonly route: Route; readonly about: About }) {
  const isHere = !about.isStatic || shownPlaces(about).some((one) => one === route.place)
  switch (isHere ? route.place : 'live') {
    case 'run':
      return <RunPlace path={route.query.get('path') ?? ''} />
    case 'runs-compared':
      return <ComparePlace runs={route.query.getAll('run')} />
    case 'try':
      return <TryPlace isStatic={about.isStatic} />
    case 'teach':
      return <TeachPlace isStatic={about.isStatic} />
    case 'runs':
      return <RunsPlace about={about} given={route.query.get('filter') ?? ''} />
    case 'data':
      return <DataPlace about={about} />
    case 'queue':
      return <QueuePlace about={about} />
    case 'train':
      return <TrainPlace about={about} />
    default:
      return <LivePlace isStatic={about.isStatic} />
  }
}
