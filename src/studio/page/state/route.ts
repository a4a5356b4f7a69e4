/** The current place, from the address: `#/run?path=first`. */
import { useEffect, useState } from 'preact/hooks'

export interface Route {
  readonly place: string
  readonly query: URLSearchParams
}

function routeNow(): Route {
  const [place = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  return { place, query: new URLSearchParams(query) }
}

/** A link to a place of the page. */
export function linkTo(place: string, query: readonly (readonly [string, string])[] = []): string {
  const search = new URLSearchParams(query.map(([key, value]) => [key, value])).toString()
  return `#/${place}${search === '' ? '' : `?${search}`}`
}

/** The current route, as a hook. */
export function useRoute(): Route {
  const [route, setRoute] = useState(routeNow)
  useEffect(() => {
    const changed = () => setRoute(routeNow())
    addEventListener('hashchange', changed)
    // It may have changed before this was heard.
    changed()
    return () => removeEventListener('hashchange', changed)
  }, [])
  return route
}
