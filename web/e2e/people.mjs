// What each person does on the screens, in the words of the screens (es-AR).
import { choose, fill, press, sees, until } from './browser.mjs';

/** Takes a turn and waits in line; the page is left in the waiting room. */
export async function takeTurn(page, { subcategory = 'Automotor', service = 'Libre deuda', name = 'Ana Paz', document = '20.345.678' } = {}) {
  await chooseService(page, subcategory, service);
  await fillForm(page, name, document);
  await checkDevices(page);
  await press(page, 'Confirmar');
  await sees(page, 'Sala de espera');
  return code(page);
}

export async function chooseService(page, subcategory, service) {
  await press(page, 'Ingresos Municipales');
  await press(page, subcategory);
  await press(page, service);
}

export async function fillForm(page, name = 'Ana Paz', document = '20.345.678') {
  await fill(page, 'Nombre y apellido', name);
  await fill(page, 'Número de documento', document);
  await press(page, 'Continuar');
}

export async function checkDevices(page) {
  await sees(page, 'Probá tu cámara y tu micrófono');
  await press(page, 'Probar cámara y micrófono');
  await sees(page, 'La cámara y el micrófono funcionan.');
  await press(page, 'Continuar');
  await sees(page, 'Confirmar turno');
}

/** The display code on the screen, such as A1. */
export function code(page) {
  return until(page, 'a display code', () => document.body.innerText.match(/\b[A-Z]\d{1,4}\b/)?.[0]);
}

export async function signIn(page, account, password) {
  await fill(page, 'Usuario', account);
  await fill(page, 'Contraseña', password);
  await press(page, 'Ingresar');
}

/** "Atender contribuyente", available for the service. */
export async function seek(page, service = 'Libre deuda') {
  await available(page, service);
  await press(page, 'Atender contribuyente');
}

export async function start(page) {
  await sees(page, 'Se le ha asignado un contribuyente');
  await press(page, 'Iniciar videoasistencia');
}

export async function admit(page) {
  await press(page, 'Admitir');
  await sees(page, 'Videoasistencia con');
}

export async function accept(page) {
  await sees(page, 'la videoconferencia va a ser grabada');
  await press(page, 'Aceptar y Acceder a la videoconferencia');
}

/** From the door and the sign-in into the call, both. */
export async function intoCall(citizen, operator) {
  await signIn(operator, ...OPERATOR);
  await takeTurn(citizen);
  await seek(operator);
  await start(operator);
  await accept(citizen);
  await admit(operator);
}

export async function endMeeting(page) {
  await press(page, 'Finalizar la reunión para todos');
  await press(page, 'Sí, finalizar la reunión');
  await sees(page, 'Resultado de la videoasistencia');
}

export async function close(page, { result = 'Finalizada con éxito', notes = '', then = 'Finalizar e Interrumpir' } = {}) {
  await choose(page, result);
  if (notes) await fill(page, 'Observaciones/Anotaciones', notes);
  await press(page, then);
}

export async function say(page, text) {
  const field = await page.$('input[id*=chat], textarea[id*=chat]');
  if (!field || !(await field.isVisible())) await press(page, 'Abrir el chat');
  await fill(page, 'Mensaje', text);
  await press(page, 'Enviar');
  await sees(page, text);
}

/** Compliance: finds the visit by its code and opens it, with reasons. */
export async function openRecord(page, turnoCode, reason) {
  await fill(page, 'Motivo', reason);
  await fill(page, 'Código', turnoCode);
  await press(page, 'Buscar');
  await sees(page, 'Atenciones encontradas');
  await press(page, 'Abrir');
  if (await page.evaluate(() => [...document.querySelectorAll('label')].some((label) => label.innerText.startsWith('Motivo')))) {
    await fill(page, 'Motivo', reason);
    await press(page, 'Abrir');
  }
  await sees(page, 'Aceptación del aviso');
}

/** "Código de su turno", from the page. */
export function turnoCode(page) {
  return until(page, 'the turno code', () => document.body.innerText.match(/\b[0-9A-HJKMNP-TV-Z]{12}\b/)?.[0]);
}

/** Opens the chat if it is shut, and waits for the words. */
export async function read(page, text) {
  const shut = await page.evaluate(() => [...document.querySelectorAll('button')].some((button) => /Abrir el chat/.test(button.innerText + (button.ariaLabel ?? ''))));
  if (shut) await press(page, 'Abrir el chat');
  await sees(page, text);
}

/** Leaves the record and opens it again, so that tracks that were being derived are there. */
export async function reopen(page, turno, reason) {
  await press(page, 'Volver a los resultados');
  await openRecord(page, turno, reason);
}

/** Accounts of the demo office (src/demo.rs). */
export const OPERATOR = ['operador1', 'demo-operador1'];
export const COMPLIANCE = ['cumplimiento', 'demo-cumplimiento'];

/** "Gestión disponibilidad operador": Disponible SÍ for one service, unless it is so already (it is kept, O1). */
export async function available(page, service) {
  await until(page, `the switch of ${service}, switched on`, (name) => {
    const box = [...document.querySelectorAll('input[role=switch]')].find((one) => one.ariaLabel.includes(name));
    if (box && !box.checked && !box.dataset.pressed) {
      box.dataset.pressed = 'yes';
      box.click();
    }
    return box?.checked;
  }, service);
}

/** An entry of the call's menu. */
export async function chooseEntry(page, name) {
  await press(page, 'Menú');
  await until(page, `the entry «${name}»`, (wanted) => {
    const found = [...document.querySelectorAll('[role=menuitem]')].find((one) => one.innerText.trim() === wanted);
    found?.click();
    return Boolean(found);
  }, name);
}
