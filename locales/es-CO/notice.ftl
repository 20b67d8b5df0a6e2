### The recording notice (C27). The server reads these words, shows them, and stores their hash with each acceptance:
### change notice-version with every change of a paragraph. A paragraph is one line of text without variables.

notice-version = es-CO-2
notice-paragraph-1 = En cumplimiento de la Ley Estatutaria 1581 de 2012, de Protección de Datos Personales, le informamos que la videoconferencia va a ser grabada. Puede obtener más información en la web de esta entidad, en el apartado de Datos Personales.
notice-paragraph-2 = Se graban la imagen y la voz de todas las personas que participan, desde que usted acepta y es admitido en la videoconferencia hasta que la videoconferencia termina. También se guardan las anotaciones del operador y las observaciones que usted escriba.
notice-paragraph-3 = La grabación sirve solamente para revisar esta atención si fuera necesario. Solo puede verla personal autorizado de esta entidad, que debe indicar el motivo; cada acceso queda registrado.
notice-paragraph-4 = Usted puede pedir a esta entidad conocer, actualizar y rectificar sus datos personales, o que se supriman.
notice-paragraph-5 = Si está de acuerdo con lo descrito en esta página, pulse en “Aceptar y Acceder a la videoconferencia” para iniciar la conversación.
