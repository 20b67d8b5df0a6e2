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
copy-failed = No se pudo copiar: seleccioná el código con el dedo o el ratón.
cancel = Cancelar
loading = Un momento…
try-again = Volver a intentar

## The line to the server

link-connecting = Conectando con la oficina…
link-reconnecting = Se cortó la conexión. Reconectando…
link-back = Conexión recuperada.
outdated-title = Esta página cambió
outdated-text = Hay una versión nueva. Actualizá la página para seguir; tu lugar está guardado.
outdated-button = Actualizar la página

## Faults

summary-title = Hay un problema
refusal-version = Esta página es de una versión anterior. Actualizala para seguir.
refusal-malformed = El servidor no entendió el pedido. Actualizá la página y probá otra vez.
refusal-too_long = El texto es demasiado largo.
refusal-hello_expected = La conexión no empezó como corresponde. Actualizá la página.
refusal-out_of_order = En este momento no se puede hacer eso.
refusal-too_fast = Demasiados pedidos seguidos. Esperá unos segundos y probá otra vez.
refusal-no_session = La sesión terminó.
refusal-other_device = Hay una sesión abierta en otro dispositivo.
refusal-forbidden = Tu cuenta no tiene permiso para hacer eso.
refusal-wrong_password = El usuario o la contraseña no son correctos.
refusal-not_found = No se encontró lo que pediste.
refusal-offer = No se pudo preparar el video.
refusal-invalid = Hay un dato que no se puede aceptar.
refusal-full = En este momento no se pueden dar más turnos. Probá más tarde.
refusal-storage = La oficina no puede guardar datos en este momento. No se hizo nada; probá otra vez en unos minutos.
refusal-reason_needed = Primero hay que indicar el motivo.
refusal-network = No hay respuesta del servidor. Revisá tu conexión y probá otra vez.

## Signing in

sign-in-account = Usuario
sign-in-password = Contraseña
sign-in-button = Ingresar
sign-in-account-missing = Escribí tu usuario
sign-in-password-missing = Escribí tu contraseña
sign-out = Salir
password-show = Mostrar contraseña
password-hide = Ocultar contraseña

## People and devices

role-citizen = Contribuyente
role-operator = Operador
self-view = Tu cámara
self-view-off = Tu cámara está apagada
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
remote-paused = La imagen de { $name } está en pausa: tu conexión no alcanza para verla. La voz sigue.
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
line-own-unstable = Tu conexión es inestable.
line-own-critical = Tu conexión se está cortando.
line-trouble-line = La señal llega tarde o se corta.
line-trouble-voice_up = Tu voz llega cortada a la otra persona.
line-trouble-voice_down = La voz de la otra persona te llega cortada.
line-trouble-picture_up = Tu imagen se detiene.
line-trouble-picture_down = La imagen que ves se detiene.
line-relief-repairing = Estamos recuperando lo que se pierde en el camino.
line-relief-picture_reduced = Bajamos la calidad del video para cuidar la voz.
line-relief-waiting = Esperamos a que vuelva la señal. La llamada sigue sola: no cierres esta página.

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
chat-from-self = Vos
chat-policy-incidencias = Este chat no se guarda. Usalo solo para resolver problemas técnicos: no escribas documentos, nombres ni datos de impuestos.
chat-policy-conversacion = Este chat se guarda con el registro de la atención.
chat-policy-registro = Este chat se registra como una solicitud.

## The four results

result-success = Finalizada con éxito
result-technical_error = Error técnico
result-functional_error = Error funcional
result-abandoned = Abandono del contribuyente
