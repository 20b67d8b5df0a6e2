// Before there is a turn: three levels of catalogue with a search box, then the form.
import type { ComponentChildren } from 'preact'
import type { Catalogue, CatalogueService } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { FaultSummary, TextField } from '../../shared/ui/field'
import { Icon } from '../../shared/ui/icon'
import { addressOfChoice, type Choice, NO_CHOICE, type Place, placeOf, search } from '../catalogue'
import { fieldOf } from '../form'
import type { CitizenSession } from '../session'
import type { Screen } from '../state'
import { t } from '../words'
import { Frame } from './frame'

type Door = Extract<Screen, { at: 'door' }>

interface DoorProps {
  session: CitizenSession
  door: Door
  catalogue: Catalogue | 'loading' | 'failed'
}

export function DoorScreen({ session, door, catalogue }: DoorProps) {
  if (catalogue === 'loading' || catalogue === 'failed')
    return (
      <Frame session={session} title={t('landing-title')}>
        <p role="status">{t(catalogue === 'failed' ? 'catalogue-failed' : 'loading')}</p>
        {catalogue === 'failed' && <Button onClick={session.loadCatalogue}>{t('try-again')}</Button>}
      </Frame>
    )
  const place = placeOf(catalogue, door.choice)
  if (place.level === 'form') return <FormScreen session={session} door={door} place={place} />
  return <CatalogueScreen session={session} door={door} catalogue={catalogue} place={place} />
}

type Level = Exclude<Place, { level: 'form' }>

interface CatalogueProps {
  session: CitizenSession
  door: Door
  catalogue: Catalogue
  place: Level
}

function CatalogueScreen({ session, door, catalogue, place }: CatalogueProps) {
  const title =
    place.level === 'offices'
      ? t('landing-title')
      : place.level === 'subcategories'
        ? t('subcategory-title')
        : t('service-title')
  return (
    <Frame session={session} title={title} width="wide" before={<WayBack session={session} place={place} />}>
      {place.level === 'offices' && (
        <div class="lead">
          <p>{t('landing-intro')}</p>
          <p>{t('landing-how')}</p>
        </div>
      )}
      {place.level === 'services' && <p class="lead">{t('service-intro')}</p>}
      {place.level === 'offices' && (
        <search class="search">
          <TextField
            id="search"
            type="search"
            label={t('search-label')}
            hint={t('search-hint')}
            size="medium"
            value={door.search}
            onInput={session.search}
          />
        </search>
      )}
      {door.search.trim() === '' ? (
        <Level session={session} catalogue={catalogue} place={place} />
      ) : (
        <Results session={session} catalogue={catalogue} text={door.search} />
      )}
    </Frame>
  )
}

function Level({ session, catalogue, place }: Omit<CatalogueProps, 'door'>) {
  switch (place.level) {
    case 'offices':
      return (
        <>
          <h2>{t('category-title')}</h2>
          {catalogue.offices.length === 0 && <p>{t('catalogue-empty')}</p>}
          <ul class="cards">
            {catalogue.offices.map((office) => (
              <li key={office.id}>
                <CardLink session={session} choice={{ ...NO_CHOICE, office: office.id }} title={office.name}>
                  <span class="card-note">{office.branch}</span>
                </CardLink>
              </li>
            ))}
          </ul>
        </>
      )
    case 'subcategories':
      return (
        <ul class="cards">
          {place.office.subcategories.map((one) => (
            <li key={one.name}>
              <CardLink
                session={session}
                choice={{ office: place.office.id, subcategory: one.name, service: null }}
                title={one.name}
              >
                <span class="card-note">{t('service-count', { count: one.services.length })}</span>
              </CardLink>
            </li>
          ))}
        </ul>
      )
    case 'services':
      return (
        <ul class="cards">
          {place.subcategory.services.map((service) => (
            <li key={service.id}>
              <ServiceCard
                session={session}
                choice={{ office: place.office.id, subcategory: place.subcategory.name, service: service.id }}
                subcategory={place.subcategory.name}
                service={service}
              />
            </li>
          ))}
        </ul>
      )
  }
}

function Results({ session, catalogue, text }: { session: CitizenSession; catalogue: Catalogue; text: string }) {
  const found = search(catalogue, text)
  return (
    <>
      <h2>
        <span role="status">{t('search-results', { count: found.length })}</span>
      </h2>
      {found.length === 0 && <p>{t('search-none')}</p>}
      <ul class="cards">
        {found.map(({ office, subcategory, service }) => (
          <li key={`${office.id}-${service.id}`}>
            <ServiceCard
              session={session}
              choice={{ office: office.id, subcategory: subcategory.name, service: service.id }}
              subcategory={subcategory.name}
              service={service}
            />
          </li>
        ))}
      </ul>
    </>
  )
}

interface ServiceCardProps {
  session: CitizenSession
  choice: Choice
  subcategory: string
  service: CatalogueService
}

function ServiceCard({ session, choice, subcategory, service }: ServiceCardProps) {
  return (
    <CardLink session={session} choice={choice} title={service.name} tag={subcategory} action={t('service-take')}>
      <span class="card-note">{t('service-waiting', { count: service.waiting })}</span>
      <span class="card-note">{t('service-operators', { count: service.operators })}</span>
      <span class="card-note">{t('service-hours', { hours: service.hours })}</span>
      {service.recorded && <span class="card-note">{t('service-recorded')}</span>}
    </CardLink>
  )
}

interface CardLinkProps {
  session: CitizenSession
  choice: Choice
  title: string
  tag?: string
  action?: string
  children: ComponentChildren
}

/** A real link with an address of its own: it can be opened in another tab. */
function CardLink({ session, choice, title, tag, action, children }: CardLinkProps) {
  return (
    <a
      class="card"
      href={addressOfChoice(choice)}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        session.choose(choice)
      }}
    >
      <span class="card-title">{title}</span>
      {tag && <span class="card-tag">{tag}</span>}
      {children}
      <span class="card-go">
        {action}
        <Icon name="next" />
      </span>
    </a>
  )
}

function WayBack({ session, place }: { session: CitizenSession; place: Place }) {
  if (place.level === 'offices') return null
  const to: Choice =
    place.level === 'subcategories'
      ? NO_CHOICE
      : {
          office: place.office.id,
          subcategory: place.level === 'form' ? place.subcategory.name : null,
          service: null,
        }
  const path = [place.office.name, ...(place.level === 'subcategories' ? [] : [place.subcategory.name])]
  return (
    <nav class="way" aria-label={t('path')}>
      <a
        class="way-back"
        href={addressOfChoice(to)}
        onClick={(event) => {
          event.preventDefault()
          session.choose(to)
        }}
      >
        <Icon name="back" />
        {t('back')}
      </a>
      <p class="way-path">{path.join(' › ')}</p>
    </nav>
  )
}

interface FormProps {
  session: CitizenSession
  door: Door
  place: Extract<Place, { level: 'form' }>
}

function FormScreen({ session, door, place }: FormProps) {
  const { fields, faults, round, sending } = door.form
  const faultOf = (field: 'name' | 'document') => {
    const fault = faults.find((one) => fieldOf(one) === field)
    return fault && t(`form-${fault}`)
  }
  return (
    <Frame
      session={session}
      title={t('form-title')}
      faulty={faults.length > 0}
      before={<WayBack session={session} place={place} />}
    >
      <FaultSummary faults={faults.map((one) => ({ field: fieldOf(one), words: t(`form-${one}`) }))} round={round} />
      <p class="chosen">
        <span class="chosen-label">{t('form-service')}</span> {place.service.name}
      </p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          session.submit()
        }}
      >
        <TextField
          id="name"
          label={t('form-name')}
          hint={t('form-name-hint')}
          fault={faultOf('name')}
          autocomplete="name"
          required
          value={fields.name}
          onInput={(name) => session.type({ ...fields, name })}
        />
        <TextField
          id="document"
          label={t('form-document')}
          hint={t('form-document-hint')}
          fault={faultOf('document')}
          size="medium"
          required
          value={fields.document}
          onInput={(document) => session.type({ ...fields, document })}
        />
        <p class="hint">{t('form-privacy')}</p>
        <Button kind="primary" type="submit" disabled={sending}>
          {t(sending ? 'loading' : 'form-submit')}
        </Button>
      </form>
    </Frame>
  )
}
