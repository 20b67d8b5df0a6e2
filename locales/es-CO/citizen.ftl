### Words of the citizen's app.

product-citizen = Atención virtual
place-kept = Su lugar está guardado.
footer-needs = Necesita internet y un computador o un celular con cámara y micrófono. Recomendamos utilizar Google Chrome o Mozilla Firefox.

## Catalogue

landing-title = Atención por videollamada
landing-intro = A través de esta plataforma puede obtener un turno para realizar consultas y trámites en línea, y ser atendido por uno de nuestros representantes de forma virtual.
landing-how = Seleccione la categoría, la subcategoría y el trámite sobre el que quiere ser asesorado. La atención es sin cita: obtiene el turno ahora y espera en esta misma página.
catalogue-failed = No se pudo cargar la lista de trámites.
catalogue-empty = En este momento no hay trámites con atención virtual.
search-label = Buscar un trámite
search-hint = Por ejemplo: libre deuda
search-results = { $count ->
    [0] Ningún trámite con esas palabras
    [one] 1 trámite
   *[other] { $count } trámites
  }
search-none = Pruebe con otra palabra, o elija la categoría en la lista.
category-title = ¿Con qué oficina quiere hablar?
subcategory-title = Seleccione la subcategoría del trámite que quiere realizar
service-title = Seleccione el trámite que quiere realizar
service-intro = A continuación, completará sus datos y probará su cámara y su micrófono.
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
path = Está en

## Form

form-title = Sus datos
form-service = Trámite
form-name = Nombre y apellidos
form-name-hint = Como figura en su documento
form-document = Número de documento
form-document-hint = Por ejemplo: 1.023.456.789
form-submit = Continuar
form-privacy = Usamos estos datos solamente para esta atención. El operador los ve cuando se le asigna su turno.
form-name-missing = Escriba su nombre y apellidos
form-name-long = El nombre puede tener hasta 120 letras
form-document-missing = Escriba su número de documento
form-document-wrong = El documento tiene entre 3 y 20 letras, números, puntos o guiones

## Device check

check-title = Pruebe su cámara y su micrófono
unsupported-title = Este navegador no puede hacer videollamadas
unsupported-text = Use una versión actual de Google Chrome o Mozilla Firefox. Copie este enlace y ábralo allí; su turno sigue en este navegador hasta que lo abandone.
unsupported-link = Enlace
check-before = Al iniciar la llamada se pedirán permisos de cámara y micrófono.
check-mandatory = Utilizar la cámara y el micrófono son requisitos obligatorios de Atención virtual. Si no activa los permisos, no podremos gestionar su trámite.
check-how = Cuando haga clic en el botón, el navegador mostrará una ventana. Elija “Permitir”. Nadie le ve ni le escucha todavía.
check-start = Probar cámara y micrófono
check-asking = El navegador está pidiendo permiso. Elija “Permitir”.
check-self = Así se le verá
check-level = Nivel del micrófono
check-level-hint = Hable: la barra tiene que moverse.
check-heard = Le escuchamos bien
check-silent = Todavía no se escucha nada
check-loopback = Así le verá y escuchará el operador
check-loopback-runs = Estamos probando su conexión. Tarda unos diez segundos; no hace falta que espere para continuar.
check-loopback-picture = Su imagen, de vuelta desde el servidor de la oficina
check-loopback-listen = Escucharme
check-loopback-stop = Dejar de escucharme
check-loopback-hint = Nadie más le ve ni le escucha, y no se graba. Si se acopla el sonido, use audífonos.
line-good = Su conexión es buena: la imagen y el sonido llegan bien.
line-weak = Su conexión es débil: el sonido llega bien, la imagen puede verse mal. Si puede, acérquese al wifi o cierre otros programas que usen internet.
line-bad = Su conexión es mala: el sonido puede cortarse. Acérquese al wifi, use un cable o pruebe con los datos del celular. Puede continuar de todos modos.
line-none = Su red no deja pasar la imagen ni el sonido. Pruebe con otra red, por ejemplo los datos del celular. Puede continuar, pero es probable que la llamada no funcione.
line-not-tested = No pudimos probar la conexión ahora. Puede continuar.
check-speaker = Parlante
check-speaker-test = Probar el parlante
check-speaker-hint = Tienen que sonar dos notas. Si no las escucha, suba el volumen o elija otro parlante.
check-choose = Elegir otros dispositivos
check-sound-only = Continuar solo con sonido
check-sound-only-hint = Este trámite también se puede hacer sin cámara.
check-ready-sound = El micrófono funciona. Continuará sin cámara.
check-ready = La cámara y el micrófono funcionan.
check-again = Probar otra vez
check-continue = Continuar
check-not-ready = Para seguir hacen falta la cámara y el micrófono.
fix-camera-blocked = El navegador no deja que esta página use la cámara.
fix-camera-missing = No encontramos ninguna cámara. Conéctela y pruebe otra vez, o entre desde un celular.
fix-microphone-blocked = El navegador no deja que esta página use el micrófono.
fix-microphone-missing = No encontramos ningún micrófono. Conéctelo y pruebe otra vez, o entre desde un celular.
fix-camera-withheld = El sistema no le da la cámara al navegador, o la está usando otro programa. Cierre los programas de videollamada que estén abiertos y revise que el sistema deje al navegador usar la cámara: en Windows, Configuración, Privacidad, Cámara; en Mac, Ajustes, Privacidad y seguridad, Cámara; en el celular, Ajustes, Aplicaciones, el navegador, Permisos.
fix-microphone-withheld = El sistema no le da el micrófono al navegador, o lo está usando otro programa. Cierre los programas de videollamada que estén abiertos y revise que el sistema deje al navegador usar el micrófono: en Windows, Configuración, Privacidad, Micrófono; en Mac, Ajustes, Privacidad y seguridad, Micrófono; en el celular, Ajustes, Aplicaciones, el navegador, Permisos.
allow-chromium = Haga clic en el ícono a la izquierda de la dirección de la página, active “Cámara” y “Micrófono” y pruebe otra vez.
allow-firefox = Haga clic en el ícono de la cámara o del micrófono tachado, junto a la dirección de la página, quite el bloqueo y pruebe otra vez.
allow-safari = Abra el menú de la página (el ícono junto a la dirección), entre en “Configuración del sitio web”, elija “Permitir” en Cámara y Micrófono y pruebe otra vez.

## Confirm

confirm-title = Confirmar turno
confirm-intro = Revise los datos y confirme para entrar en la fila.
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
    [1] Usted es la próxima persona
   *[other] { $position }.º en la fila
  }
waiting-live = { $position ->
    [1] Usted es la próxima persona de la fila.
   *[other] Su lugar en la fila es el { $position }.
  }
waiting-next = Próximo turno a ser llamado
waiting-desk = Puesto de atención
waiting-no-desk = –
waiting-operators = { $count ->
    [0] En este momento ningún operador está atendiendo este trámite. Tu lugar se mantiene.
    [one] Hay 1 operador atendiendo este trámite.
   *[other] Hay { $count } operadores atendiendo este trámite.
  }
waiting-how = La llamada empieza en esta página. Puede mirar otra pestaña: le avisamos con un sonido y en el título. Si actualiza la página, no pierde su lugar.
waiting-preview = Nadie le ve ni le escucha todavía
waiting-preview-hide = Ocultar mi cámara
waiting-preview-show = Mostrar mi cámara
leave = Abandonar
leave-title = ¿Quiere abandonar la fila?
leave-text = Perderá su lugar y su turno.
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
abandon-title = ¿Quiere abandonar el turno?
abandon-remark = Observaciones (en caso de abandonar)
abandon-remark-hint = Opcional. El operador las leerá.
abandon-remark-long = Las observaciones pueden tener hasta { $max } letras
accepted-title = Ha aceptado la videoconferencia
accepted-text = El operador está a punto de iniciar la videoasistencia. Espere en esta página.
called-title = Espere a ser admitido
called-text = { $name } ya sabe que está aquí y le dará paso.

## Call

call-title = Videollamada
call-controls = Controles de la llamada
call-hang-up = Finalizar llamada
call-with = Habla con { $name }

## Interrupted

interrupted-title = Su turno { $code }
interrupted-text = La videollamada ha sido finalizada. Si el oficial la finalizó, podría volver a atenderla, si no, puede finalizar su turno.
interrupted-attended = Está siendo atendido por uno de nuestros representantes.
interrupted-return = Volver a la llamada
interrupted-after = Ingresará nuevamente a la videoconferencia y deberá esperar a que el operador retome la atención.
interrupted-finish = Finalizar mi turno
interrupted-lost = Se cortó la conexión de la videollamada. Vuelve sola en cuanto se recupere la línea.
finish-title = ¿Quiere finalizar su turno?
finish-text = La atención termina y no podrá volver a la llamada.
finish-yes = Sí, finalizar mi turno
finish-no = No, volver

## After

ended-title = La videollamada terminó
ended-text = { $name } está anotando el resultado. Ya puede cerrar esta página.
closed-title = Su atención terminó
closed-text = Gracias. Si necesita algo más, puede solicitar otro turno.
closed-code = Código de su turno
abandoned-title = Ha abandonado el turno
abandoned-text = Su lugar en la fila quedó libre. Si quiere, puede solicitar otro turno.
expired-title = La atención de hoy terminó
expired-text = El servicio cerró antes de que llegara su turno. Lamentamos la espera. Puede solicitar otro turno en el horario de atención.
again = Solicitar otro turno

## Elsewhere

elsewhere-title = Ya hay una sesión en otro dispositivo
elsewhere-text = Al iniciar sesión con un dispositivo ya no podrá iniciar sesión en otro. Siga en el dispositivo o la pestaña donde empezó, o haga clic en “Mover aquí”: seguirá aquí, y allí se cerrará.
elsewhere-button = Mover aquí
replaced-title = Sigue en otro lugar
replaced-text = Su turno se abrió en otra pestaña o en otro dispositivo, o la sesión terminó. Puede traerlo de nuevo aquí si es el mismo navegador.
replaced-button = Mover aquí
move = Seguir en otro dispositivo
move-text = Apunte la cámara de su celular a este código, o abra el enlace en el otro dispositivo. Sirve una sola vez, durante cinco minutos. Cuando se abra allí, aquí se cerrará; su turno y la llamada siguen.
move-making = Preparando el enlace…
move-qr = Código QR para seguir en otro dispositivo
move_here-title = ¿Seguir con su turno aquí?
move_here-text = Abrió un enlace que trae su turno a este dispositivo. En el otro se cerrará. Si no lo pidió usted, cierre esta página.
move_here-button = Seguir aquí
move_other-title = En este navegador ya hay otro turno
move_other-text = Termine primero ese turno, o abra el enlace en otro navegador o dispositivo.
move_other-button = Ir a ese turno
move_over-title = El enlace ya no sirve
move_over-text = Sirve una sola vez y durante cinco minutos. Pida otro en el dispositivo donde empezó: “Seguir en otro dispositivo”.
move_over-button = Ir al inicio

## Attention from another tab

alert-assigned = Le han asignado un operador
alert-called = Le van a admitir
alert-call = Está en la videollamada
recording-failed-help = Hay un problema con la grabación. Puede seguir hablando.

## Asked by the operator, and the camera

call-camera-mandatory = Su cámara no se ve: recuerde que es obligatoria.
document-title = El operador quiere ver su documento
document-text = Acerque el documento a la cámara hasta que llene el recuadro, y déjelo quieto.
document-own = Lo que ve su cámara, sin espejo
document-light = Si brilla, inclínelo un poco o aléjelo de la lámpara.
document-focus = Si se ve borroso, aléjelo unos centímetros y espere a que la cámara enfoque.
document-blur = Mientras el operador mira su documento, el fondo se ve sin desenfocar. Después vuelve el desenfoque.
document-background = Si tiene un fondo virtual, quítelo: puede tapar el documento.
document-taking = Se está tomando una imagen. No mueva el documento.
document-taken = Listo: el operador tiene la imagen de su documento. Queda guardada con la atención.
document-failed = No se pudo enviar la imagen. El operador puede pedirla otra vez.
