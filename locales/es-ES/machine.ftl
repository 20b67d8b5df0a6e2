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
idle-title = La llamada estará en este equipo
idle-text = Cuando empiece una atención en la consola, la cámara, el micrófono y el sonido se usarán aquí. No hace falta pulsar nada.
started-title = La sala está abierta
started-text = El contribuyente aún no ha llegado.
awaited = Alguien espera para entrar: admítalo en la consola.
call-title = Videollamada
call-controls = Controles de la llamada
call-away = El contribuyente ha salido de la llamada. Tiempo fuera:
recording-failed-help = La grabación ha fallado por un problema nuestro. Se vuelve a intentar cada 30 segundos.
give-back = Devolver la llamada a la consola
give-back-title = ¿Devolver la llamada a la consola?
give-back-text = La cámara, el micrófono y el sonido pasan a la consola. Para volver a este equipo hará falta otro código.
give-back-yes = Sí, devolverla
give-back-no = No, seguir aquí
left-title = Este equipo ya no tiene la llamada
left-text = La llamada ha vuelto a la consola, se ha cerrado la sesión o esta página se ha abierto en otra pestaña.
left-button = Intentar otra vez aquí
