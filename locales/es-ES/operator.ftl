### Words of the operator's console.

product-operator = Consola del operador
sign-in-title = Ingreso de operadores

## Header

header-title = Consola de atención
header-operator = Operador
header-name = Nombre
header-desk = Puesto de atención
header-attended = Contribuyentes atendidos
services-title = Servicios activos
availability-title = Gestión disponibilidad operador
availability-hint = Se guarda para las próximas sesiones.
availability-all = Marcar SÍ en todos
availability-none = Marcar NO en todos
service-waiting = En espera
service-available = Disponible
service-available-for = Disponible para { $service } ({ $group })
yes = SÍ
no = NO

## Off, inactive, seeking

off-title = No está disponible en ningún servicio
off-text = Marque SÍ en al menos un servicio para poder atender.
inactive-title = Listo para atender
inactive-text = Al pulsar el botón se le asignará automáticamente un contribuyente de sus servicios activos.
inactive-waiting = { $count ->
    [0] No hay contribuyentes en espera.
    [one] Hay 1 contribuyente en espera.
   *[other] Hay { $count } contribuyentes en espera.
  }
seek = Atender contribuyente
seeking-title = A la espera de atender contribuyente
seeking-next = Próxima actualización en: { $seconds } seg.
seeking-push = Si llega alguien antes, se le asigna en el momento.
interrupt = Interrumpir

## Card

card-title = Contribuyente asignado
card-document = Documento
card-name = Nombre
card-service = Servicio
card-code = Turno
card-turno-code = Código de turno
card-waited = Esperó
card-recorded = Grabación
card-recorded-yes = La videoasistencia se graba
card-recorded-no = La videoasistencia no se graba
card-line = Prueba de conexión
card-line-good = Buena
card-line-weak = Débil: la imagen puede verse mal
card-line-bad = Mala: el sonido puede cortarse
card-line-none = Su red no dejó pasar nada
card-line-untested = Sin probar
card-accepted = Aceptó la videoconferencia
card-not-accepted = Todavía no aceptó la videoconferencia
card-present = Conectado
card-absent = Sin conexión en este momento
card-remark = Observaciones del contribuyente
abandoned = El contribuyente asignado ha abandonado el sistema. Finalice la reunión y espere a que se le asigne otro contribuyente.

## Assigned, started

assigned-title = Se le ha asignado un contribuyente
start = Iniciar videoasistencia
started-title = Sala de videoasistencia
lobby-title = En la sala de espera
lobby-empty = Todavía no hay nadie. El contribuyente está leyendo el aviso.
lobby-someone = { $name } espera para entrar
admit = Admitir
admit-name = Admitir a { $name }
guests-title = Invitados
send-back = Devolver a la espera
send-back-name = Devolver a la espera a { $name }
remove = Quitar
remove-name = Quitar de la llamada a { $name }
remove-link = Anular el enlace
remove-link-name = Anular el enlace para { $name }
remove-title = ¿Quitar a { $name } de la llamada?
remove-text = No podrá volver con el mismo enlace.
remove-yes = Sí, quitar
remove-no = No, dejar
representative-warning = Ha participado un representante y este servicio no admite representación. Téngalo en cuenta antes de finalizar.
end-meeting = Finalizar la reunión para todos
end-meeting-title = ¿Finalizar la reunión para todos?
end-meeting-text = La sala se cierra y después podrá consignar el resultado.
end-meeting-yes = Sí, finalizar la reunión
end-meeting-no = No, seguir

## Call

call-title = Videoasistencia con { $name }
call-zone = Videollamada
call-controls = Controles de la llamada
state-zone = Estado
call-away = El contribuyente salió de la llamada. Puede esperar a que vuelva o finalizar la reunión. Tiempo fuera:
line-citizen-unstable = La conexión del ciudadano es inestable.
line-citizen-critical = La conexión del ciudadano se está cortando.
line-citizen-line = Su señal llega tarde o se corta.
line-citizen-voice_up = Su voz llega cortada.
line-citizen-voice_down = La voz del operador le llega cortada: hable despacio y confirme lo importante.
line-citizen-picture_up = Su imagen se detiene.
line-citizen-picture_down = La imagen que ve se detiene.
form-locked = El resultado se consigna después de finalizar la reunión para todos.

## Wrap-up

wrap-title = Resultado de la videoasistencia
wrap-result = Finalización
wrap-result-hint = Obligatorio
wrap-result-missing = Elija el resultado de la videoasistencia
result-success-definition = La reunión se ha producido normalmente.
result-technical_error-definition = Problemas técnicos del contribuyente (cámara, sonido, etc).
result-functional_error-definition = No ha habido problemas técnicos pero el contribuyente desea un servicio que no se corresponde o que no dispone de toda la información (por ejemplo: no tiene el DNI).
result-abandoned-definition = El contribuyente ha abandonado el sistema y se le avisa con un mensaje al operador.
wrap-notes = Observaciones/Anotaciones
wrap-notes-hint = (Si el contribuyente atendido pide otra videoasistencia, este dato será visible por el operador que se le asigne)
wrap-notes-kept = Lo escrito se conserva mientras no actualice ni cierre esta página.
wrap-notes-long = Las anotaciones pueden tener hasta { $max } letras
wrap-seek = Finalizar y Atender siguiente
wrap-interrupt = Finalizar e Interrumpir
wrap-resume = Volver a atenderla

## Own devices

own-devices = Su cámara y su micrófono
own-devices-test = Probar cámara y micrófono
own-devices-hint = Hágalo antes de atender: el navegador pedirá permiso.
own-camera-blocked = El navegador o el sistema bloquean la cámara. Permítala junto a la dirección de la página y pruebe otra vez.
own-camera-missing = No se encuentra ninguna cámara.
own-microphone-blocked = El navegador o el sistema bloquean el micrófono. Permítalo junto a la dirección de la página y pruebe otra vez.
own-microphone-missing = No se encuentra ningún micrófono.
own-camera-withheld = El sistema no da la cámara al navegador, o la usa otro programa.
own-microphone-withheld = El sistema no da el micrófono al navegador, o lo usa otro programa.
own-again = Probar otra vez

## Elsewhere

replaced-title = La consola se abrió en otro lugar
replaced-text = Su usuario ingresó desde otra pestaña u otro equipo, o cerró la sesión. La atención en curso sigue allí.
replaced-button = Traer la consola aquí
alert-assigned = Contribuyente asignado
alert-lobby = { $name } espera para entrar
recording-failed-help = La grabación ha fallado por un problema nuestro. Se vuelve a intentar cada 30 segundos; avise a sistemas si continúa.

## Time

extend = Ampliar { $minutes } minutos
extend-once = Se puede ampliar una sola vez, si nadie espera.
extend-none = El tiempo ya se amplió: no se puede ampliar otra vez.
extend-waiting = { $count ->
    [one] No se puede ampliar: espera 1 contribuyente de sus servicios.
   *[other] No se puede ampliar: esperan { $count } contribuyentes de sus servicios.
  }
average-warning = Han transcurrido { $minutes } minutos desde que inició la reunión. Si está atendiendo o ha atendido correctamente al contribuyente, finalice la reunión cuando corresponda y consigne el resultado de la misma. En caso contrario, puede finalizar la reunión por 'Abandono del Contribuyente' o esperar un poco más a que el contribuyente consiga conectar.
call-away-offer = Ya pasó el tiempo de espera previsto: puede finalizar la reunión.

## Incidents

incidents-title = Incidencias
ask-camera = Preguntar para iniciar vídeo
ask-camera-of = Preguntar para iniciar vídeo a { $name }
ask-microphone = Re-Iniciar Audio
ask-microphone-of = Re-Iniciar Audio de { $name }
document-title = Documento de identidad
document-hint = Pide a la cámara del contribuyente su mejor imagen y le muestra cómo sostener el documento.
document-no-camera = La cámara del contribuyente no se ve ahora.
document-see = Ver documento
document-region = Documento; se desplaza con las flechas
document-live = Cámara del contribuyente, sin espejo
document-still = Imagen { $number } del documento
document-larger = Acercar
document-smaller = Alejar
document-take = Tomar imagen
document-taking = Tomando la imagen…
document-taken = La imagen quedó guardada con la atención.
document-failed = La imagen no llegó. Pídala otra vez.
document-back = Volver a la cámara
document-end = Dejar de ver el documento
asked-declined = Respondió: “Ahora no”.
phrases = Frases rápidas
phrases-hint = Al pulsar una frase se envía al chat.
phrase-hear = ¿Me ve y me escucha bien?
phrase-camera = Active la cámara, por favor.
phrase-microphone = Active el micrófono, por favor.
phrase-document = Acerque el documento a la cámara, sin reflejos y sin moverlo.
phrase-background = El fondo virtual dificulta la lectura de los documentos: elija otro fondo o ninguno, sin salir de la llamada.
phrase-no-camera = No es posible prestarle el servicio mientras no disponga de cámara: compruébela y vuelva a acceder.
phrase-wait = Un momento, por favor: estoy consultando su trámite.

## The call on another machine

elsewhere-call = La llamada está en el otro equipo
elsewhere-call-away = Ese equipo no está conectado en este momento.
elsewhere-call-back = Traer la llamada a este equipo
document-elsewhere = La imagen se ve en el otro equipo. La captura aparece aquí.
