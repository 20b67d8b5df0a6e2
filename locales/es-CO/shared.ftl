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
refusal-full = Se llegó al máximo permitido. Inténtelo más tarde.
refusal-people_wait = No se puede ampliar: hay personas en espera que se retrasarían.
refusal-storage = La oficina no puede guardar datos en este momento. No se hizo nada; inténtelo otra vez en unos minutos.
refusal-reason_needed = Primero hay que indicar el motivo.
refusal-file_form = El archivo no es PDF, JPG ni PNG por su contenido, aunque se llame así. Elija otro archivo.
refusal-file_damaged = El archivo está dañado o tiene algo más adentro. Vuelva a guardarlo o tómele una foto, y envíelo de nuevo.
refusal-file_harmful = El antivirus de la oficina no aceptó el archivo: hay algo peligroso, o algo que no puede revisar (como una contraseña). No se guardó.
refusal-file_unchecked = El antivirus de la oficina no responde. El archivo no se guardó; intente otra vez en unos minutos.
refusal-invitation_used = Este enlace ya se usó en otro navegador. Pida un enlace nuevo a quien lo invitó.
refusal-invitation_over = Este enlace ya no sirve: la atención terminó o se anuló la invitación.
refusal-wrong_code = Ese código no sirve: puede estar mal escrito, usado o vencido. Pida otro en el primer equipo.
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
role-companion = Acompañante
role-interpreter = Intérprete
role-representative = Representante
role-guest = Persona invitada
name-and-role = { $name } · { $role }
name-self = { $name } (usted)
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
camera-withheld = Cámara no disponible
microphone-on = Micrófono activado
microphone-off = Micrófono silenciado
microphone-blocked = Micrófono bloqueado
microphone-missing = Sin micrófono
microphone-withheld = Micrófono no disponible
line-test = { $path }. Pérdida: { $loss } %. { $kbps } kbit/s. Ida y vuelta: { $rtt } ms.
line-path-udp = Camino directo
line-path-tcp = Camino por TCP
line-path-relay = Camino por TLS, la red está cerrada
line-path-none = Sin camino
remote-no-picture = La cámara de { $name } está apagada
picture-of = Imagen de { $name }
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
people-title = Participantes
people-waiting = Espera a que el operador lo admita
people-invited = Todavía no ha abierto el enlace
people-away = Sin conexión
people-guest = Invitado: { $role }
speaking = Está hablando
pin = Fijar en grande
pin-interpreter = Fijar intérprete
pin-name = Fijar en grande a { $name }
pin-interpreter-name = Fijar intérprete: { $name }
unpin = Soltar
unpin-name = Dejar de fijar a { $name }
stage-others = Las otras personas de la llamada

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

## Captions

captions-show = Activar subtítulos
captions-hide = Quitar subtítulos
captions = Subtítulos
captions-none = Todavía no llega ningún subtítulo. Los hace un programa de la oficina, si lo tiene: pueden tener errores y no se guardan.

## The menu and the devices

close = Cerrar
menu = Menú
menu-refresh = Actualizar video y sonido
menu-devices = Cámara, micrófono y altavoz
menu-screen = Compartir pantalla
menu-screen-stop = Dejar de compartir pantalla
menu-window = Ventana flotante
menu-full = Pantalla completa
menu-full-end = Salir de pantalla completa
devices-title = Cámara, micrófono y altavoz
devices-hint = El cambio es inmediato: la llamada sigue. Este equipo recuerda lo que elija.
devices-camera = Cámara
devices-microphone = Micrófono
devices-speaker = Altavoz
devices-none = El navegador no muestra ninguno
devices-numbered = Dispositivo { $number }
devices-failed = Ese dispositivo no se pudo usar. Sigue con el anterior.
menu-blur = Desenfocar el fondo
menu-unblur = Quitar el desenfoque del fondo
background = Fondo
background-none = Sin desenfocar: se ve su entorno
background-blurred = Desenfocado
background-hint = El desenfoque se hace en este equipo: su imagen no pasa por ningún otro servicio. Este equipo recuerda lo que elija.
background-impossible = Este navegador no puede desenfocar el fondo. Actualícelo o entre con otro.
background-starting = Preparando el desenfoque. Su imagen se envía solo cuando está listo.
background-slow = Este equipo no alcanza para desenfocar el fondo. Apagamos su cámara: nadie ve su entorno sin que usted lo decida.
background-failed = El desenfoque dejó de funcionar. Apagamos su cámara: nadie ve su entorno sin que usted lo decida.
background-show = Mostrar la cámara sin desenfoque
background-retry = Probar el desenfoque otra vez
self-view-starting = Preparando el desenfoque…
microphone-silent = No se escucha nada de su micrófono. Revise si tiene un botón que lo silencia o si se desconectó, o elija otro.
microphone-silent-choose = Elegir otro micrófono
screen-of = { $name } comparte su pantalla
screen-own = Está compartiendo su pantalla

## Real-time text

live-show = Abrir texto en vivo
live-hide = Cerrar texto en vivo
live-title = Texto en vivo
live-how = Quienes están en la llamada ven cada letra mientras escribe.
live-policy-incidencias = Este texto no se guarda.
live-policy-conversacion = Este texto se guarda con el registro de la atención.
live-policy-registro = Este texto se registra como una solicitud.
live-lines = Líneas terminadas
live-nobody = Nadie está escribiendo.
live-writes = { $name } escribe:
live-own = Su texto
live-done = Terminar línea

## The time of a call

time-left = Tiempo restante
time-warning = Quedan menos de { $minutes } minutos. Al terminar el tiempo la llamada se cierra sola.

## What is the matter with a device: the words of the guide for who attends, and for its owner

incident-help = { $what }: origen y solución
incident-origin = Origen:
incident-remedy = Solución:
incident-camera-off-origin = El usuario ha accedido a la sala sin haber activado la cámara, o la ha apagado.
incident-camera-off-remedy = Pulse “Preguntar para iniciar vídeo”. Al contribuyente le aparece un mensaje y debe pulsar “Iniciar mi video”.
incident-camera-missing-origin = No dispone de cámara o su equipo no la reconoce.
incident-camera-missing-remedy = Indíquele por audio (o por chat si tampoco tiene audio) que no es posible prestarle el servicio mientras no disponga de cámara: debe comprobarla y volver a acceder. La reunión debe finalizarse.
incident-camera-blocked-origin = El navegador no deja usar la cámara.
incident-camera-blocked-remedy = Indíquele que permita la cámara junto a la dirección de la página y haga clic en “Cámara bloqueada”. Si no lo consigue no es posible prestarle el servicio.
incident-camera-withheld-origin = El sistema no da la cámara al navegador, o la usa otro programa.
incident-camera-withheld-remedy = Indíquele que cierre otros programas de videollamada y haga clic en “Cámara no disponible”. Si no lo consigue no es posible prestarle el servicio.
incident-microphone-off-origin = El usuario tiene el micrófono silenciado.
incident-microphone-off-remedy = Pulse “Re-Iniciar Audio”. Al contribuyente le aparece “Cancelar silenciar ahora”.
incident-microphone-missing-origin = No dispone de micrófono o su equipo no lo reconoce.
incident-microphone-missing-remedy = No hay contacto por audio, sólo por chat o texto en vivo. Indíquele que conecte un micrófono y vuelva a acceder; si no puede, la reunión debe finalizarse.
incident-microphone-blocked-origin = Cerró la ventana de permisos sin elegir opción, o el navegador no deja usar el micrófono.
incident-microphone-blocked-remedy = No hay contacto por audio, sólo por chat o texto en vivo. Indíquele que permita el micrófono junto a la dirección de la página y pulse “Micrófono bloqueado”, o que vuelva a acceder.
incident-microphone-withheld-origin = El sistema no da el micrófono al navegador, o lo usa otro programa.
incident-microphone-withheld-remedy = No hay contacto por audio, sólo por chat o texto en vivo. Indíquele que cierre otros programas de videollamada y haga clic en “Micrófono no disponible”.
incident-camera-off-own-origin = Ha entrado sin activar la cámara, o la ha apagado.
incident-camera-off-own-remedy = Pulse “Encender la cámara”.
incident-camera-missing-own-origin = No hay cámara, o su equipo no la reconoce.
incident-camera-missing-own-remedy = Conecte una cámara y pulse “Sin cámara”. Mientras no haya cámara no es posible prestarle el servicio: puede entrar desde un teléfono.
incident-camera-blocked-own-origin = El navegador no deja usar la cámara.
incident-camera-blocked-own-remedy = Pulse el icono del candado junto a la dirección de la página, elija “Permitir”, cierre los programas que usen la cámara y pulse “Cámara bloqueada”.
incident-camera-withheld-own-origin = El sistema no le da la cámara al navegador, o la usa otro programa.
incident-camera-withheld-own-remedy = Cierre los otros programas de videollamada y haga clic en “Cámara no disponible”.
incident-microphone-off-own-origin = Su micrófono está silenciado: nadie le escucha.
incident-microphone-off-own-remedy = Pulse “Activar el micrófono”.
incident-microphone-missing-own-origin = No hay micrófono, o su equipo no lo reconoce.
incident-microphone-missing-own-remedy = Conecte un micrófono y pulse “Sin micrófono”. Mientras tanto puede escribir en el chat o en el texto en vivo.
incident-microphone-blocked-own-origin = El navegador no deja usar el micrófono.
incident-microphone-blocked-own-remedy = Pulse el icono del candado junto a la dirección de la página, elija “Permitir” y pulse “Micrófono bloqueado”. Mientras tanto puede escribir en el chat o en el texto en vivo.
incident-microphone-withheld-own-origin = El sistema no le da el micrófono al navegador, o lo usa otro programa.
incident-microphone-withheld-own-remedy = Cierre los otros programas de videollamada y haga clic en “Micrófono no disponible”. Mientras tanto puede escribir en el chat o en el texto en vivo.

## Chat that must not name anybody

chat-number-found = Parece que ha escrito un número de documento ({ $kind }).
chat-number-rule = En este chat no se escriben documentos ni otros datos personales.
chat-number-mend = Corregir
chat-number-send = No es un documento: enviar

## Third parties

share = Compartir videollamada
share-text = Invite a una persona más: el enlace sirve una sola vez y mientras dure este turno. Quien lo abra lee el mismo aviso de grabación y entra cuando el operador lo admite.
share-role = ¿Como qué va a participar?
share-make = Crear el enlace
share-full = La llamada ya tiene seis lugares ocupados. Para invitar a otra persona, alguien tiene que salir.
share-ready = Enlace para { $role }
share-once = Envíelo solo a esa persona: se muestra una sola vez.
share-qr = Código QR con el enlace
share-qr-hint = También se puede abrir apuntando a este código con la cámara de un teléfono.
share-another = Invitar a otra persona
share-close = Cerrar
notice-accept-title = Información sobre la grabación

## What the operator asks

asked-camera = El operador le pide activar la cámara.
asked-camera-yes = Iniciar mi video
asked-microphone = El operador le pide activar el micrófono.
asked-microphone-yes = Cancelar silenciar ahora
asked-no = Ahora no

## Archivos (C22)
file-menu = Enviar archivo
file-send-title = Enviar archivo
file-rules = Se pueden enviar archivos en formato PDF, JPG O PNG, con un tamaño máximo de 20MB.
file-browse = Examinar
file-photo = Tomar una foto
file-drop = También puede arrastrar el archivo hasta acá.
file-chosen = Archivo elegido: { $name } ({ $size })
file-send = Subir y enviar
file-sending = Enviando { $name }
file-percent = { $percent } % enviado
file-checking = Se envió todo. La oficina lo está revisando.
file-cancel = Cancelar el envío
file-cancelled = Canceló el envío. No se guardó nada.
file-sent = Archivo enviado!
file-close = Cerrar
file-large = El archivo tiene { $size } y se aceptan hasta 20 MB. Elija uno más pequeño o tómele una foto.
file-full = No entran más archivos: en cada atención se aceptan hasta 20, y 100 MB entre todos. Avise al operador.
file-late = Solo se pueden enviar archivos durante la videollamada. No se guardó nada.
file-network = Se cortó el envío y no se guardó nada. Revise su conexión y envíelo otra vez.
files-title = Archivos de la atención
file-came = Llegó un archivo: { $name }
file-still = Imagen del documento { $number }
file-unnamed = Archivo { $number }
file-look = Ver
file-look-label = Ver { $name }
file-save = Guardar
file-pdf = Los PDF se guardan y se abren con el programa de su computador.

## A second machine

pair-call = La llamada en otro equipo
pair-call-text = Abra esta dirección en el otro equipo y escriba el código. La cámara, el micrófono, la imagen y el sonido pasan a ese equipo; la consola sigue aquí.
pair-address = Dirección
pair-code = Código
pair-once = Sirve una sola vez, durante cinco minutos. No se lo dé a nadie: quien lo escribe entra en su lugar.
pair-qr = Código QR que abre esa dirección con el código
pair-making = Preparando el código…
pair-over = El código se venció.
pair-another = Pedir otro código
pair-close = Cerrar
pair-sound = Usar el celular para el sonido
pair-sound-text = Apunte la cámara de su celular al código QR, o abra esta dirección en su navegador y escriba el código. Va a hablar y escuchar por el celular; la imagen sigue aquí.
phone-there = Su sonido está en el celular: este equipo no envía ni reproduce sonido.
phone-back = Traer el sonido a este equipo
by-phone = con el sonido por teléfono
