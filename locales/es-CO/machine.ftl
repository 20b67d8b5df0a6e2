### What a second machine shows: the operator’s call on another computer than his console.

product-machine = Segundo equipo
entering-title = Abriendo este equipo
code-title = Unir este equipo
code-text = Escriba el código que muestra el primer equipo. Este tomará su lugar en la llamada: si el código no es suyo, cierre esta página.
code-label = Código
code-hint = Nueve números, por ejemplo 019 450 730
code-missing = Escriba los nueve números del código
code-button = Unir este equipo
owner = Operador: { $name } · { $number } · { $desk }
idle-title = La llamada va a estar en este equipo
idle-text = Cuando empiece una atención en la consola, la cámara, el micrófono y el sonido se usan aquí. No hace falta tocar nada.
started-title = La sala está abierta
started-text = El contribuyente todavía no ha llegado.
awaited = Alguien espera para entrar: admítalo en la consola.
call-title = Videollamada
call-controls = Controles de la llamada
call-away = El contribuyente salió de la llamada. Tiempo fuera:
recording-failed-help = La grabación falló por un problema nuestro. Se vuelve a intentar cada 30 segundos.
give-back = Devolver la llamada a la consola
give-back-title = ¿Devolver la llamada a la consola?
give-back-text = La cámara, el micrófono y el sonido pasan a la consola. Para volver a este equipo se necesita otro código.
give-back-yes = Sí, devolverla
give-back-no = No, seguir aquí
left-title = Este equipo ya no tiene la llamada
left-text = La llamada volvió a la consola, se cerró la sesión o esta página se abrió en otra pestaña.
left-button = Intentar otra vez aquí
