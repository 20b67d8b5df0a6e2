### Words that the three apps share.

language = Idioma
language-es-AR = Español (Argentina)
language-es-ES = Español (España)
language-es-CO = Español (Colombia)
language-en = English
skip = Ir al contenido
title-error = Error: { $title }
title-page = { $title } · { $product }
title-alert = ▶ { $title } · { $product }
back = Volver
copy = Copiar
copied = Copiado
copy-failed = No se pudo copiar: seleccione el código con el dedo o el ratón.
cancel = Cancelar
loading = Un momento…
try-again = Volver a intentar

## The line to the server

link-connecting = Conectando con la oficina…
link-reconnecting = Se cortó la conexión. Reconectando…
link-back = Conexión recuperada.
outdated-title = Esta página cambió
outdated-text = Hay una versión nueva. Actualice la página para seguir; su lugar está guardado.
outdated-button = Actualizar la página

## Faults

summary-title = Hay un problema
refusal-version = Esta página es de una versión anterior. Actualícela para seguir.
refusal-malformed = El servidor no entendió la solicitud. Actualice la página e inténtelo otra vez.
refusal-too_long = El texto es demasiado largo.
refusal-hello_expected = La conexión no empezó como corresponde. Actualice la página.
refusal-out_of_order = En este momento no se puede hacer eso.
refusal-too_fast = Demasiadas solicitudes seguidas. Espere unos segundos e inténtelo otra vez.
refusal-no_session = La sesión terminó.
refusal-other_device = Hay una sesión abierta en otro dispositivo.
refusal-forbidden = Su cuenta no tiene permiso para hacer eso.
refusal-wrong_password = El usuario o la contraseña no son correctos.
refusal-not_found = No se encontró lo que pidió.
refusal-offer = No se pudo preparar el video.
refusal-invalid = Hay un dato que no se puede aceptar.
refusal-full = En este momento no se pueden dar más turnos. Inténtelo más tarde.
refusal-storage = La oficina no puede guardar datos en este momento. No se hizo nada; inténtelo otra vez en unos minutos.
refusal-reason_needed = Primero hay que indicar el motivo.
refusal-network = No hay respuesta del servidor. Revise su conexión e inténtelo otra vez.

## Signing in

sign-in-account = Usuario
sign-in-password = Contraseña
sign-in-button = Ingresar
sign-in-account-missing = Escriba su usuario
sign-in-password-missing = Escriba su contraseña
sign-out = Salir
password-show = Mostrar contraseña
password-hide = Ocultar contraseña

## People and devices

role-citizen = Contribuyente
role-operator = Operador
self-view = Su cámara
self-view-off = Su cámara está apagada
camera = Cámara
microphone = Micrófono
camera-turn-off = Apagar la cámara
camera-turn-on = Encender la cámara
microphone-turn-off = Silenciar el micrófono
microphone-turn-on = Activar el micrófono
camera-on = Cámara encendida
camera-off = Cámara apagada
camera-blocked = Cámara bloqueada
camera-missing = Sin cámara
microphone-on = Micrófono activado
microphone-off = Micrófono silenciado
microphone-blocked = Micrófono bloqueado
microphone-missing = Sin micrófono
remote-no-picture = La cámara de { $name } está apagada
remote-waiting = Esperando la imagen de { $name }…
remote-paused = La imagen de { $name } está en pausa: su conexión no alcanza para verla. La voz sigue.
sound-blocked = El navegador no dejó empezar el sonido.
sound-start = Activar el sonido

## The call

recording = Se está grabando
recording-paused = Grabación en pausa
not-recording = Esta llamada no se graba
recording-failed = No se está grabando
call-elapsed = Tiempo de llamada
call-connecting = Conectando el video…
call-connected = Conexión buena
call-disconnected = Conexión inestable
call-lost = Se cortó el video. Reconectando…

## How the lines are: in the badge and the strip

line-badge-unstable = Conexión inestable
line-badge-critical = Conexión muy inestable
line-own-unstable = Su conexión es inestable.
line-own-critical = Su conexión se está cortando.
line-trouble-line = La señal llega tarde o se corta.
line-trouble-voice_up = Su voz le llega cortada a la otra persona.
line-trouble-voice_down = La voz de la otra persona le llega cortada.
line-trouble-picture_up = Su imagen se detiene.
line-trouble-picture_down = La imagen que ve se detiene.
line-relief-repairing = Estamos recuperando lo que se pierde en el camino.
line-relief-picture_reduced = Bajamos la calidad del video para cuidar la voz.
line-relief-waiting = Esperamos a que vuelva la señal. La llamada sigue sola: no cierre esta página.

## Chat

chat = Chat
chat-show = Abrir el chat
chat-hide = Cerrar el chat
chat-unread = { $count ->
    [one] 1 mensaje nuevo
   *[other] { $count } mensajes nuevos
  }
chat-empty = Todavía no hay mensajes.
chat-message = Mensaje
chat-send = Enviar
chat-from-self = Usted
chat-policy-incidencias = Este chat no se guarda. Úselo solo para resolver problemas técnicos: no escriba documentos, nombres ni datos tributarios.
chat-policy-conversacion = Este chat se guarda con el registro de la atención.
chat-policy-registro = Este chat se registra como una solicitud.

## The four results

result-success = Finalizada con éxito
result-technical_error = Error técnico
result-functional_error = Error funcional
result-abandoned = Abandono del contribuyente
