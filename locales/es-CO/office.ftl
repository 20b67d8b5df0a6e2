### Words of the office's desks: compliance today.

product-office = Oficina
sign-in-title = Ingreso de la oficina
later-title = Este escritorio llega más adelante
later-text = Su cuenta es válida, pero esta versión todavía no trae pantallas para su función: { $role }.
later-compliance = Hoy funciona el escritorio de cumplimiento.
later-operator = Los operadores ingresan por su propia consola.
role-operator-account = operador
role-supervisor = supervisión
role-compliance = cumplimiento
role-editor = edición de contenidos
role-admin = administración
nav = Secciones
nav-search = Buscar grabaciones
nav-access = Registro de accesos

## Search

search-title = Buscar grabaciones
search-intro = Cada búsqueda, apertura y reproducción queda registrada con su cuenta y el motivo.
search-reason = Motivo
search-reason-hint = Obligatorio. Por ejemplo: reclamo de la persona atendida, expediente 123
search-reason-short = Indique el motivo con al menos { $min } letras
search-reason-long = El motivo puede tener hasta { $max } letras
search-code = Código
search-code-hint = Código de turno o de fila, por ejemplo A1. Vacío: cualquiera
search-from = Desde el día
search-to = Hasta el día
search-code-wrong = El código debe ser como 10357MY3DPHL o como A1
search-days-wrong = El primer día no puede ser posterior al último
search-button = Buscar
results-title = Resultados
results-count = { $count ->
    [0] Ninguna atención encontrada
    [one] 1 atención
   *[other] { $count } atenciones
  }
results-more = Hay más: acote la búsqueda.
results-caption = Atenciones encontradas
column-taken = Fecha y hora
column-code = Turno
column-service = Trámite
column-operator = Operador
column-result = Resultado
column-recorded = Grabado
column-open = Abrir
result-none = Sin cerrar
not-recorded = Sin grabación
open-record = Abrir
open-record-code = Abrir la atención { $code }
open-title = Abrir la atención { $code }
open-button = Abrir

## Record

record-title = Atención { $code }
record-back = Volver a los resultados
who-title = Personas
who-citizen = Contribuyente
who-document = Documento
who-operator = Operador
who-guest = { $role }, invitado
who-never = No aceptó el aviso: no entró
who-service = Trámite
who-code = Código de turno
who-taken = Turno tomado
who-result = Resultado
who-notes = Anotaciones del operador
who-remark = Observaciones del contribuyente
none-written = No hay
acceptances-title = Aceptación del aviso
acceptances-none = No consta ninguna aceptación.
acceptance-by = Aceptado por { $name } el { $at }
acceptance-version = Versión { $version }, idioma { $language }
acceptance-hash = Huella SHA-256 del texto
events-title = Qué pasó
chat-title = Chat
chat-not-kept = { $count ->
    [0] No se escribieron mensajes.
    [one] Se escribió 1 mensaje, que no se guarda según la política del servicio.
   *[other] Se escribieron { $count } mensajes, que no se guardan según la política del servicio.
  }
integrity-intact = La cadena de huellas está completa: { $count ->
    [one] 1 bloque verificado
   *[other] { $count } bloques verificados
  }.
integrity-broken = La cadena de huellas está rota después de { $count ->
    [one] 1 bloque verificado
   *[other] { $count } bloques verificados
  }.
integrity-empty = No hay bloques grabados que verificar.

## Player

player-title = Grabación
player-none = Esta atención no tiene grabación.
player-preparing = La grabación se está preparando. Vuelva a abrirla en unos segundos.
player-play = Reproducir
player-pause = Pausar
player-position = Posición
player-position-text = { $position } de { $length }
player-back = Retroceder 10 segundos
player-forward = Avanzar 10 segundos
player-interval = Intervalo { $number }
player-track = { $role } { $name }
player-track-away = No hay grabación de esta persona en este momento
player-gaps = Faltan { $time } en esta pista (pérdida o sobrecarga)
player-no-gaps = Sin faltas en esta pista
player-failed = No se pudo reproducir esta pista.
player-at = A las { $at }

## Access log

access-title = Registro de accesos
access-caption = Quién buscó, abrió y reprodujo, del más nuevo al más antiguo
access-none = Todavía no hay accesos.
access-at = Fecha y hora
access-account = Cuenta
access-action = Qué hizo
access-record = Atención
access-reason = Motivo
access-nothing = –
access-search = Buscó
access-open = Abrió
access-play = Reprodujo
access-file = Abrió un archivo

## What happened, by the names of the facts

event-turn_taken = Tomó el turno
event-notice_accepted = Aceptó el aviso de grabación
event-confirmed = Confirmó el turno y entró en la fila
event-assigned = Se le asignó un operador
event-place_restored = Volvió a su lugar en la fila: se perdió el operador
event-entered = Pulsó aceptar y acceder a la videoconferencia
event-started = El operador inició la videoasistencia
event-called = Esperó a ser admitido
event-admitted = Fue admitido en la videollamada
event-interrupted = La videollamada se interrumpió
event-returned = Volvió a la llamada
event-resumed = La videollamada continuó
event-extended = El operador amplió el tiempo de la llamada
event-meeting_ended = La reunión finalizó para todos
event-abandoned_after_assignment = Abandonó después de la asignación
event-closed = El operador consignó el resultado
event-abandoned = Abandonó el turno
event-expired = El servicio cerró antes de que llegara su turno
event-forgotten = El turno ya no puede consultarse desde el navegador
event-line_lost = Se perdió la conexión de la persona
event-line_back = Volvió la conexión de la persona
event-recording_started = Comenzó la grabación
event-recording_stopped = Se detuvo la grabación
event-recording_failed = Falló la grabación; se vuelve a intentar
event-chat_sent = Se envió un mensaje de chat
event-file_kept = Se guardó un archivo
event-line_judged = Cambió la calidad de una conexión
event-guest_invited = Se invitó a un tercero
event-guest_accepted = Un invitado aceptó el aviso de grabación
event-guest_admitted = Se admitió a un invitado
event-guest_sent_back = Un invitado volvió a la espera
event-guest_left = Un invitado salió
event-guest_removed = Se quitó a un invitado
event-of = { $event }: { $who }
line-event = Conexión del { $who }: { $what }, { $how }
line-who-citizen = contribuyente
line-who-operator = operador
line-who-companion = acompañante
line-who-interpreter = intérprete
line-who-representative = representante
line-what-voice_up = voz que envía
line-what-voice_down = voz que recibe
line-what-picture_up = imagen que envía
line-what-picture_down = imagen que recibe
line-what-line = señal
line-how-stable = estable otra vez
line-how-unstable = inestable
line-how-critical = muy inestable
player-marks = Cambios de las conexiones en esta parte de la llamada
player-mark = { $position } · { $what }
event-other = Otro hecho: { $kind }
player-by-phone = Por teléfono: { $title }
