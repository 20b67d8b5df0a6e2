### The recording notice (C27). The server reads these words, shows them, and stores their hash with each acceptance:
### change notice-version with every change of a paragraph. A paragraph is one line of text without variables.

notice-version = es-ES-2
notice-paragraph-1 = En cumplimiento de la Ley Orgánica 3/2018, de Protección de Datos Personales y Garantía de los Derechos Digitales, le informamos que la videoconferencia va a ser grabada. Puede obtener más información en la web de este organismo, en el apartado de Datos Personales.
notice-paragraph-2 = Se graban la imagen y la voz de todas las personas que participan, desde que usted acepta y es admitido en la videoconferencia hasta que la videoconferencia termina. También se guardan las anotaciones del operador y las observaciones que usted escriba.
notice-paragraph-3 = La grabación sirve solamente para revisar esta atención si fuera necesario. Solo puede verla personal autorizado de este organismo, que debe indicar el motivo; cada acceso queda registrado.
notice-paragraph-4 = Puede ejercer ante este organismo sus derechos de acceso, rectificación, supresión, oposición y limitación del tratamiento.
notice-paragraph-5 = Si está de acuerdo con lo descrito en esta página, pulse en “Aceptar y Acceder a la videoconferencia” para iniciar la conversación.
