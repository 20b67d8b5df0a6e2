### Words of the citizen's app.

product-citizen = Atención virtual
place-kept = Tu lugar está guardado.
footer-needs = Necesitás internet y una computadora o un teléfono con cámara y micrófono. Recomendamos utilizar Google Chrome o Mozilla Firefox.

## Catalogue

landing-title = Atención por videollamada
landing-intro = A través de esta plataforma podés obtener un turno para realizar consultas y trámites de manera online, y ser atendido por uno de nuestros representantes virtualmente.
landing-how = Seleccioná la categoría, subcategoría y el trámite por el cual querés ser asesorado. La atención es sin cita: sacás el turno ahora y esperás en esta misma página.
catalogue-failed = No se pudo cargar la lista de trámites.
catalogue-empty = En este momento no hay trámites con atención virtual.
search-label = Buscar un trámite
search-hint = Por ejemplo: libre deuda
search-results = { $count ->
    [0] Ningún trámite con esas palabras
    [one] 1 trámite
   *[other] { $count } trámites
  }
search-none = Probá con otra palabra, o elegí la categoría en la lista.
category-title = ¿Con qué oficina querés hablar?
subcategory-title = Seleccioná la subcategoría del trámite que querés realizar
service-title = Seleccioná el trámite que querés realizar
service-intro = A continuación, vas a completar tus datos y a probar tu cámara y tu micrófono.
service-count = { $count ->
    [one] 1 trámite
   *[other] { $count } trámites
  }
service-take = Solicitar un turno
service-waiting = { $count ->
    [0] No hay nadie esperando
    [one] 1 persona esperando
   *[other] { $count } personas esperando
  }
service-operators = { $count ->
    [0] Ningún puesto atendiendo ahora
    [one] 1 puesto atendiendo
   *[other] { $count } puestos atendiendo
  }
service-hours = Horario: { $hours }
service-recorded = La videollamada se graba
path = Estás en

## Form

form-title = Tus datos
form-service = Trámite
form-name = Nombre y apellido
form-name-hint = Como figura en tu documento
form-document = Número de documento
form-document-hint = Con o sin puntos. Por ejemplo: 20.345.678
form-submit = Continuar
form-privacy = Usamos estos datos solamente para esta atención. El operador los ve cuando se le asigna tu turno.
form-name-missing = Escribí tu nombre y apellido
form-name-long = El nombre puede tener hasta 120 letras
form-document-missing = Escribí tu número de documento
form-document-wrong = El documento tiene entre 3 y 20 letras, números, puntos o guiones

## Device check

check-title = Probá tu cámara y tu micrófono
unsupported-title = Este navegador no puede hacer videollamadas
unsupported-text = Usá una versión actual de Google Chrome o Mozilla Firefox. Copiá este enlace y abrilo ahí; tu turno sigue en este navegador hasta que lo abandones.
unsupported-link = Enlace
check-before = Al iniciar la llamada se pedirán permisos de cámara y micrófono.
check-mandatory = Utilizar la cámara y el micrófono son requisitos obligatorios de Atención virtual. Si no activas los permisos, no vamos a poder gestionar tu trámite.
check-how = Cuando toques el botón, el navegador va a mostrar una ventana. Elegí “Permitir”. Nadie te ve ni te escucha todavía.
check-start = Probar cámara y micrófono
check-asking = El navegador está pidiendo permiso. Elegí “Permitir”.
check-self = Así te vas a ver
check-level = Nivel del micrófono
check-level-hint = Hablá: la barra tiene que moverse.
check-heard = Te escuchamos bien
check-silent = Todavía no se escucha nada
check-loopback = Así te va a ver y escuchar el operador
check-loopback-runs = Estamos probando tu conexión. Tarda unos diez segundos; no hace falta que esperes para continuar.
check-loopback-picture = Tu imagen, de vuelta desde el servidor de la oficina
check-loopback-listen = Escucharme
check-loopback-stop = Dejar de escucharme
check-loopback-hint = Nadie más te ve ni te escucha, y no se graba. Si se acopla el sonido, usá auriculares.
line-good = Tu conexión es buena: la imagen y el sonido llegan bien.
line-weak = Tu conexión es débil: el sonido llega bien, la imagen puede verse mal. Si podés, acercate al wifi o cerrá otros programas que usen internet.
line-bad = Tu conexión es mala: el sonido puede cortarse. Acercate al wifi, usá un cable o probá con los datos del teléfono. Podés continuar igual.
line-none = Tu red no deja pasar la imagen ni el sonido. Probá con otra red, por ejemplo los datos del teléfono. Podés continuar, pero es probable que la llamada no funcione.
line-not-tested = No pudimos probar la conexión ahora. Podés continuar.
check-speaker = Parlante
check-speaker-test = Probar el parlante
check-speaker-hint = Tienen que sonar dos notas. Si no las escuchás, subí el volumen o elegí otro parlante.
check-choose = Elegir otros dispositivos
check-sound-only = Continuar solo con sonido
check-sound-only-hint = Este trámite también se puede hacer sin cámara.
check-ready-sound = El micrófono funciona. Vas a continuar sin cámara.
check-ready = La cámara y el micrófono funcionan.
check-again = Probar otra vez
check-continue = Continuar
check-not-ready = Para seguir hacen falta la cámara y el micrófono.
fix-camera-blocked = El navegador no deja que esta página use la cámara.
fix-camera-missing = No encontramos ninguna cámara. Conectala y probá otra vez, o entrá desde un teléfono.
fix-microphone-blocked = El navegador no deja que esta página use el micrófono.
fix-microphone-missing = No encontramos ningún micrófono. Conectalo y probá otra vez, o entrá desde un teléfono.
fix-camera-withheld = El sistema no le da la cámara al navegador, o la está usando otro programa. Cerrá los programas de videollamada que estén abiertos y fijate que el sistema deje al navegador usar la cámara: en Windows, Configuración, Privacidad, Cámara; en Mac, Ajustes, Privacidad y seguridad, Cámara; en el teléfono, Ajustes, Aplicaciones, el navegador, Permisos.
fix-microphone-withheld = El sistema no le da el micrófono al navegador, o lo está usando otro programa. Cerrá los programas de videollamada que estén abiertos y fijate que el sistema deje al navegador usar el micrófono: en Windows, Configuración, Privacidad, Micrófono; en Mac, Ajustes, Privacidad y seguridad, Micrófono; en el teléfono, Ajustes, Aplicaciones, el navegador, Permisos.
allow-chromium = Tocá el ícono a la izquierda de la dirección de la página, encendé “Cámara” y “Micrófono” y probá otra vez.
allow-firefox = Tocá el ícono de la cámara o del micrófono tachado, junto a la dirección de la página, quitá el bloqueo y probá otra vez.
allow-safari = Abrí el menú de la página (el ícono junto a la dirección), entrá en “Configuración del sitio web”, elegí “Permitir” en Cámara y Micrófono y probá otra vez.

## Confirm

confirm-title = Confirmar turno
confirm-intro = Revisá los datos y confirmá para entrar en la fila.
confirm-code = Código de su turno
confirm-name = Nombre
confirm-body = Empresa
confirm-branch = Sucursal
confirm-service = Trámite
confirm-button = Confirmar
confirm-cancel = Cancelar

## Waiting

waiting-title = Sala de espera
waiting-your-turn = Su turno
waiting-position-value = { $position ->
    [1] Sos la próxima persona
   *[other] { $position }.º en la fila
  }
waiting-live = { $position ->
    [1] Sos la próxima persona de la fila.
   *[other] Tu lugar en la fila es el { $position }.
  }
waiting-next = Próximo turno a ser llamado
waiting-desk = Puesto de atención
waiting-no-desk = –
waiting-operators = { $count ->
    [0] En este momento ningún operador está atendiendo este trámite. Tu lugar se mantiene.
    [one] Hay 1 operador atendiendo este trámite.
   *[other] Hay { $count } operadores atendiendo este trámite.
  }
waiting-how = La llamada empieza en esta página. Podés mirar otra pestaña: te avisamos con un sonido y en el título. Si actualizás la página, no perdés tu lugar.
waiting-preview = Nadie te ve ni te escucha todavía
waiting-preview-hide = Ocultar mi cámara
waiting-preview-show = Mostrar mi cámara
leave = Abandonar
leave-title = ¿Querés abandonar la fila?
leave-text = Vas a perder tu lugar y tu turno.
leave-yes = Sí, abandonar
leave-no = No, seguir esperando

## Assigned

assigned-title = Se le ha asignado un operador
assigned-operator = Operador
assigned-number = Número de identificación
assigned-desk = Puesto de atención
notice-title = Información sobre la grabación
notice-version = Versión del texto: { $version }
accept = Aceptar y Acceder a la videoconferencia
abandon = Abandonar
abandon-title = ¿Querés abandonar el turno?
abandon-remark = Observaciones (en caso de abandonar)
abandon-remark-hint = Opcional. El operador las va a leer.
abandon-remark-long = Las observaciones pueden tener hasta { $max } letras
accepted-title = Aceptaste la videoconferencia
accepted-text = El operador está por iniciar la videoasistencia. Esperá en esta página.
called-title = Espere a ser admitido
called-text = { $name } ya sabe que estás acá y te va a dar paso.

## Call

call-title = Videollamada
call-controls = Controles de la llamada
call-hang-up = Finalizar llamada
call-with = Hablás con { $name }

## Interrupted

interrupted-title = Su turno { $code }
interrupted-text = La videollamada ha sido finalizada. Si el oficial la finalizó, podría volver a atenderla, si no, puede finalizar su turno.
interrupted-attended = Está siendo atendido por uno de nuestros representantes.
interrupted-return = Volver a la llamada
interrupted-after = Ingresarás nuevamente a la videoconferencia y deberás esperar a que el operador retome la atención.
interrupted-finish = Finalizar mi turno
interrupted-lost = Se cortó la conexión de la videollamada. Vuelve sola apenas se recupere la línea.
finish-title = ¿Querés finalizar tu turno?
finish-text = La atención termina y no vas a poder volver a la llamada.
finish-yes = Sí, finalizar mi turno
finish-no = No, volver

## After

ended-title = La videollamada terminó
ended-text = { $name } está anotando el resultado. Ya podés cerrar esta página.
closed-title = Tu atención terminó
closed-text = Gracias. Si necesitás algo más, podés sacar otro turno.
closed-code = Código de su turno
abandoned-title = Abandonaste el turno
abandoned-text = Tu lugar en la fila quedó libre. Si querés, podés sacar otro turno.
expired-title = La atención de hoy terminó
expired-text = El servicio cerró antes de que llegara tu turno. Lamentamos la espera. Podés sacar otro turno en el horario de atención.
again = Sacar otro turno

## Elsewhere

elsewhere-title = Ya hay una sesión en otro dispositivo
elsewhere-text = Al iniciar sesión con un dispositivo ya no podrás iniciar sesión en otro. Seguí en el dispositivo o la pestaña donde empezaste, o tocá “Mover aquí”: seguís acá, y allí se cierra.
elsewhere-button = Mover aquí
replaced-title = Seguís en otro lugar
replaced-text = Tu turno se abrió en otra pestaña o en otro dispositivo, o la sesión terminó. Podés traerlo de nuevo acá si es el mismo navegador.
replaced-button = Mover aquí
move = Seguir en otro dispositivo
move-text = Apuntá la cámara de tu teléfono a este código, o abrí el enlace en el otro dispositivo. Sirve una sola vez, durante cinco minutos. Cuando se abra allí, acá se cierra; tu turno y la llamada siguen.
move-making = Preparando el enlace…
move-qr = Código QR para seguir en otro dispositivo
move_here-title = ¿Seguir con tu turno acá?
move_here-text = Abriste un enlace que trae tu turno a este dispositivo. En el otro se va a cerrar. Si no lo pediste vos, cerrá esta página.
move_here-button = Seguir acá
move_other-title = En este navegador ya hay otro turno
move_other-text = Terminá primero ese turno, o abrí el enlace en otro navegador o dispositivo.
move_other-button = Ir a ese turno
move_over-title = El enlace ya no sirve
move_over-text = Sirve una sola vez y durante cinco minutos. Pedí otro en el dispositivo donde empezaste: “Seguir en otro dispositivo”.
move_over-button = Ir al inicio

## Attention from another tab

alert-assigned = Te asignaron un operador
alert-called = Te están por admitir
alert-call = Estás en la videollamada
recording-failed-help = Hubo un problema con la grabación. Podés seguir hablando.

## Asked by the operator, and the camera

call-camera-mandatory = Tu cámara no se ve: recordá que es obligatoria.
document-title = El operador quiere ver tu documento
document-text = Acercá el documento a la cámara hasta que llene el recuadro, y dejalo quieto.
document-own = Lo que ve tu cámara, sin espejo
document-light = Si brilla, inclinalo un poco o alejalo de la lámpara.
document-focus = Si se ve borroso, alejalo unos centímetros y esperá a que la cámara enfoque.
document-blur = Mientras el operador mira tu documento, el fondo se ve sin desenfocar. Después vuelve el desenfoque.
document-background = Si tenés un fondo virtual, quitalo: puede tapar el documento.
document-taking = Se está tomando una imagen. No muevas el documento.
document-taken = Listo: el operador tiene la imagen de tu documento. Queda guardada con la atención.
document-failed = No se pudo enviar la imagen. El operador puede pedirla otra vez.
