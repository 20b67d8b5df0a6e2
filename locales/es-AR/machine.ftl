### What a second machine shows: the operator’s call on another computer than his console.

product-machine = Segundo equipo
entering-title = Abriendo este equipo
code-title = Unir este equipo
code-text = Escribí el código que muestra el primer equipo. Este va a tomar su lugar en la llamada: si el código no es tuyo, cerrá esta página.
code-label = Código
code-hint = Nueve números, por ejemplo 019 450 730
code-missing = Escribí los nueve números del código
code-button = Unir este equipo
owner = Operador: { $name } · { $number } · { $desk }
idle-title = La llamada va a estar en este equipo
idle-text = Cuando empieces una atención en la consola, la cámara, el micrófono y el sonido se usan acá. No hace falta tocar nada.
started-title = La sala está abierta
started-text = El contribuyente todavía no llegó.
awaited = Alguien espera para entrar: admitilo en la consola.
call-title = Videollamada
call-controls = Controles de la llamada
call-away = El contribuyente salió de la llamada. Tiempo fuera:
recording-failed-help = La grabación falló por un problema nuestro. Se vuelve a intentar cada 30 segundos.
give-back = Devolver la llamada a la consola
give-back-title = ¿Devolver la llamada a la consola?
give-back-text = La cámara, el micrófono y el sonido pasan a la consola. Para volver a este equipo hace falta otro código.
give-back-yes = Sí, devolverla
give-back-no = No, seguir acá
left-title = Este equipo ya no tiene la llamada
left-text = La llamada volvió a la consola, se cerró la sesión o esta página se abrió en otra pestaña.
left-button = Probar otra vez acá
