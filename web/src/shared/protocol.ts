// Generated from signalling/src/protocol by signalling/tests/protocol_ts.rs; do not edit.

export const PROTOCOL_VERSION = 1;
export const MESSAGE_BYTES_MAX = 65536;
export const TEXT_CHARS_MAX = 2000;
export const LIVE_TEXT_CHARS_MAX = 300;

export type Role = "citizen" | "operator" | "companion" | "interpreter" | "representative";

export type RecordingState = "off" | "runs" | "failed";

export type GuestRole = "companion" | "interpreter" | "representative";

export type GuestState = "invited" | "waiting" | "admitted";

export type GuestLine = { 
/**
 * Number within the visit, from 3; never another person's.
 */
number: number, 
/**
 * What for.
 */
role: GuestRole, 
/**
 * Name, as he typed it; empty until he has accepted.
 */
name: string, 
/**
 * Where he stands.
 */
state: GuestState, 
/**
 * His page is connected.
 */
present: boolean, 
/**
 * What his browser says of his devices.
 */
devices: DeviceStates, };

export type Invitation = { 
/**
 * The guest's number within the visit.
 */
number: number, 
/**
 * What for.
 */
role: GuestRole, 
/**
 * Secret of the link, for its fragment: `/invitado#…`. Opens once, and only while the visit is not over.
 */
token: string, };

export type DeviceState = "on" | "off" | "blocked" | "withheld" | "missing";

export type DeviceStates = { 
/**
 * The camera.
 */
camera: DeviceState, 
/**
 * The microphone.
 */
microphone: DeviceState, };

export type LineLevel = "stable" | "unstable" | "critical";

export type LineStrand = "voice_up" | "picture_up" | "voice_down" | "picture_down" | "line";

export type LineRelief = "repairing" | "picture_reduced" | "waiting";

export type LineState = { 
/**
 * The worst of the strands.
 */
level: LineLevel, 
/**
 * Strands that are not stable.
 */
troubles: Array<LineStrand>, 
/**
 * What is done about it.
 */
relief: LineRelief, };

export type Participant = { 
/**
 * Number within the visit, from 1; the same number names the person in slots, chat and record.
 */
number: number, 
/**
 * What the person is in the call.
 */
role: Role, 
/**
 * Name to show.
 */
name: string, 
/**
 * What the person's browser says of his devices.
 */
devices: DeviceStates, 
/**
 * Media flows from and to this person now.
 */
connected: boolean, 
/**
 * This person is being recorded now.
 */
recorded: boolean, 
/**
 * How this person's line is.
 */
line: LineState, 
/**
 * This person's screen is seen by the others.
 */
shares: boolean, 
/**
 * "Con el sonido por teléfono": he is heard, and hears, by a machine of its own (O22).
 */
by_phone: boolean, };

export type RelayAccess = { 
/**
 * `turns:` addresses, the same relay under each.
 */
urls: Array<string>, 
/**
 * Good for some hours, for this person in this visit.
 */
username: string, 
/**
 * Its password.
 */
credential: string, };

export type SlotKind = "audio" | "camera" | "screen";

export type Slot = { 
/**
 * `a=mid` of the section (RFC 5888).
 */
mid: string, 
/**
 * What it carries.
 */
kind: SlotKind, 
/**
 * Participant whose media arrives there; none when the slot is free.
 */
participant: number | null, 
/**
 * The picture is missing for now because the own line does not carry it; the voice goes on.
 */
paused: boolean, };

export type ChatPolicy = "incidencias" | "conversacion" | "registro";

export type ChatLine = { 
/**
 * Position in the visit's chat, from 1.
 */
number: number, 
/**
 * Participant who wrote it.
 */
from: number, 
/**
 * The text, as typed.
 */
text: string, 
/**
 * Server's time, milliseconds since 1970 UTC.
 */
at_ms: number, 
/**
 * It was written in real time, letter by letter.
 */
live: boolean, };

export type Device = "camera" | "microphone";

export type CallLimit = { 
/**
 * When it ends the call, milliseconds since 1970 UTC by the server's clock (see `pong`).
 */
ends_ms: number, 
/**
 * What the operator may still add to it, in milliseconds; 0: nothing.
 */
extension_ms: number, };

export type LiveText = { 
/**
 * Participant who writes.
 */
from: number, 
/**
 * The whole line so far; empty: it was erased, or is finished and came as a [`ChatLine`].
 */
text: string, };

export type Caption = { 
/**
 * Who is speaking.
 */
participant: number, 
/**
 * Which of this person's lines in the call it is, from 1: the same number takes the place of what came before.
 */
number: number, 
/**
 * The whole line so far; empty: it was taken back.
 */
text: string, 
/**
 * Nothing more comes of this line.
 */
done: boolean, 
/**
 * Language of the text (BCP 47), where the recogniser says it.
 */
language: string | null, };

export type RefusalCode = "version" | "malformed" | "too_long" | "hello_expected" | "out_of_order" | "too_fast" | "no_session" | "other_device" | "forbidden" | "wrong_password" | "not_found" | "offer" | "invalid" | "full" | "storage" | "people_wait" | "reason_needed" | "invitation_used" | "file_form" | "file_damaged" | "file_harmful" | "file_unchecked" | "invitation_over" | "wrong_code";

export type Refusal = { 
/**
 * Why.
 */
code: RefusalCode, 
/**
 * Type of the message, or name of the field, that was refused.
 */
about: string, 
/**
 * What was found, without personal data; empty where the code says it all.
 */
found: string, 
/**
 * What is allowed; empty where the code says it all.
 */
allowed: string, };

export type FileKind = "sent" | "still";

export type FileForm = "pdf" | "jpeg" | "png";

export type FileLine = { 
/**
 * Number within the visit, from 1.
 */
number: number, 
/**
 * Why it is there.
 */
kind: FileKind, 
/**
 * Participant who sent or took it.
 */
from: number, 
/**
 * What it is.
 */
form: FileForm, 
/**
 * Name to show, with the ending of what it is; may be empty.
 */
name: string, 
/**
 * Bytes.
 */
bytes: number, 
/**
 * Where it is opened: a page of its own, sandboxed; with `/download` behind it, to be saved.
 */
url: string, };

export type FileSent = { 
/**
 * Its number within the visit.
 */
number: number, };

export type FromPerson = { "type": "hello", 
/**
 * [`super::PROTOCOL_VERSION`] of the client.
 */
version: number, 
/**
 * Random name of this tab (16 to 64 letters and digits), kept in session storage: the same device takes its
 * own place back, another is refused while the first one is alive (C18). An operator's new device takes over at once.
 */
device: string, 
/**
 * Language of the screen: `es-AR`, `es-ES`, `es-CO`, `en`.
 */
language: string, 
/**
 * Number of the attempt whose answer this page has and still uses, after a lost WebSocket: the server keeps its side
 * of it. Absent: whatever there was is of no use any more.
 */
attempt?: number, 
/**
 * "Usar acá": the person asked, by a click, that this device takes the place of another that is alive (C18).
 */
take_over?: boolean, } | { "type": "offer", 
/**
 * Number of the attempt, chosen by the client, returned in the answer.
 */
attempt: number, 
/**
 * SDP (RFC 8866).
 */
sdp: string, } | { "type": "devices", 
/**
 * State now.
 */
devices: DeviceStates, } | { "type": "chat", 
/**
 * The text.
 */
text: string, } | { "type": "live_text", 
/**
 * The whole line, at most [`super::LIVE_TEXT_CHARS_MAX`].
 */
text: string, 
/**
 * The line is finished: it becomes a [`ChatLine`].
 */
done: boolean, } | { "type": "share_screen", 
/**
 * It is.
 */
on: boolean, } | { "type": "decline", 
/**
 * What was not switched on.
 */
device: Device, } | { "type": "pair", 
/**
 * What for.
 */
machine: MachineUse, } | { "type": "unpair", 
/**
 * Which.
 */
machine: MachineUse, } | { "type": "ping", 
/**
 * Returned in the pong.
 */
nonce: number, };

export type ToPerson = { "type": "relay", 
/**
 * The relay.
 */
relay: RelayAccess, } | { "type": "answer", 
/**
 * The client's number of the attempt.
 */
attempt: number, 
/**
 * SDP (RFC 8866).
 */
sdp: string, 
/**
 * Key of the ICE restarts of this connection, hexadecimal digits (docs/protocol.md, "Coming back").
 */
restart: string, } | { "type": "slots", 
/**
 * Every slot of the accepted offer.
 */
slots: Array<Slot>, } | { "type": "chat_history", 
/**
 * Oldest first.
 */
lines: Array<ChatLine>, } | { "type": "chat", 
/**
 * The line.
 */
line: ChatLine, } | { "type": "live_text", 
/**
 * The line as it is now.
 */
line: LiveText, } | { "type": "caption", 
/**
 * The line as it is now.
 */
line: Caption, } | { "type": "asked", 
/**
 * What.
 */
device: Device, } | { "type": "invited", 
/**
 * The link's secret, told this once.
 */
invitation: Invitation, } | { "type": "pairing_code", 
/**
 * What for.
 */
machine: MachineUse, 
/**
 * Nine digits, told this once: they join one machine.
 */
code: string, 
/**
 * Until when they count, milliseconds since 1970 UTC by the server's clock.
 */
until_ms: number, } | { "type": "pong", 
/**
 * The ping's nonce; 0 when there was none.
 */
nonce: number, 
/**
 * The server's clock, milliseconds since 1970 UTC: a page whose clock is wrong counts by this one.
 */
now_ms: number, } | { "type": "refused", 
/**
 * Why.
 */
refusal: Refusal, } | { "type": "replaced", };

export type FromCitizen = { "type": "confirm", 
/**
 * What the device check found.
 */
devices: DeviceStates, 
/**
 * What the test of the line found; none when there was none.
 */
line?: LineTest, } | { "type": "loopback_offer", 
/**
 * Which of the two.
 */
way: LoopbackWay, 
/**
 * SDP (RFC 8866).
 */
sdp: string, } | { "type": "loopback_end", } | { "type": "accept_notice", 
/**
 * Hash of the text that was on the screen, lower-case hex; another than the current one is refused.
 */
sha256: string, } | { "type": "abandon", 
/**
 * "Observaciones (en caso de abandonar)"; may be empty.
 */
remark: string, } | { "type": "invite", 
/**
 * What for.
 */
role: GuestRole, } | { "type": "move", } | { "type": "hang_up", } | { "type": "return_to_call", } | { "type": "finish_turn", } | FromPerson;

export type ToCitizen = { "type": "visit", 
/**
 * The whole view.
 */
view: CitizenView, } | { "type": "loopback_answer", 
/**
 * Which of the two.
 */
way: LoopbackWay, 
/**
 * SDP (RFC 8866).
 */
sdp: string, } | { "type": "document", 
/**
 * What the page is to do.
 */
step: DocumentStep, } | { "type": "move_link", 
/**
 * The link's secret, told this once: it opens the turn on one other device, for five minutes.
 */
token: string, } | ToPerson;

export type CitizenView = { 
/**
 * "Código de su turno": twelve letters and digits.
 */
turno_code: string, 
/**
 * "Su turno A1"; none until the turn is confirmed.
 */
display_code: string | null, 
/**
 * Empresa.
 */
body: string, 
/**
 * Sucursal.
 */
branch: string, 
/**
 * Trámite.
 */
service: string, 
/**
 * The person's own name, as given.
 */
name: string, 
/**
 * What happens to the chat.
 */
chat_policy: ChatPolicy, 
/**
 * What happens to real-time text.
 */
text_policy: ChatPolicy, 
/**
 * The service is given by sound alone, too: the camera is not obligatory.
 */
sound_only: boolean, 
/**
 * Where the visit stands.
 */
step: CitizenStep, 
/**
 * The server holds no media peer for this person and wants an [`FromPerson::Offer`] now.
 */
offer_wanted: boolean, };

export type CitizenStep = { "state": "verifying", } | { "state": "waiting", 
/**
 * 1 = next.
 */
position: number, 
/**
 * "Próximo turno a ser llamado".
 */
next: string | null, 
/**
 * Operators of this service who are on duty.
 */
operators: number, } | { "state": "assigned", 
/**
 * Who attends.
 */
operator: OperatorCard, 
/**
 * The notice to accept.
 */
notice: NoticeView, 
/**
 * Accepted; the operator has not started yet.
 */
accepted: boolean, } | { "state": "called", 
/**
 * Who attends.
 */
operator: OperatorCard, 
/**
 * Comes back after hanging up: leaving for good is [`FromCitizen::FinishTurn`], not [`FromCitizen::Abandon`].
 */
returning: boolean, } | { "state": "in_call", 
/**
 * Who attends.
 */
operator: OperatorCard, 
/**
 * Everybody, oneself included.
 */
participants: Array<Participant>, 
/**
 * Third parties who are invited, wait or are let in.
 */
guests: Array<GuestLine>, 
/**
 * One's own number.
 */
me: number, 
/**
 * Whether the call is being recorded.
 */
recording: RecordingState, 
/**
 * Since when, milliseconds since 1970 UTC.
 */
since_ms: number, 
/**
 * When the time limit ends it; none where there is none.
 */
limit: CallLimit | null, 
/**
 * The service lets the citizen share the screen.
 */
may_share: boolean, 
/**
 * The service takes files.
 */
takes_files: boolean, } | { "state": "interrupted", 
/**
 * Who attends.
 */
operator: OperatorCard, 
/**
 * Why.
 */
cause: InterruptionCause, } | { "state": "ended", 
/**
 * Who attended.
 */
operator: OperatorCard, } | { "state": "closed", } | { "state": "abandoned", } | { "state": "expired", };

export type InterruptionCause = "hung_up" | "line_lost";

export type DocumentStep = "begin" | "still" | "end";

export type LinePath = "udp" | "tcp" | "relay" | "none";

export type LineTest = { 
/**
 * In one word.
 */
verdict: LineVerdict, 
/**
 * How it went.
 */
path: LinePath, 
/**
 * Packets that did not come back, percent.
 */
loss_percent: number, 
/**
 * What came back, kilobits a second.
 */
kbps: number, 
/**
 * Round-trip time, milliseconds.
 */
rtt_ms: number, };

export type LineVerdict = "good" | "weak" | "bad" | "none";

export type LoopbackWay = "sends" | "receives";

export type OperatorCard = { 
/**
 * Name.
 */
name: string, 
/**
 * Identification number.
 */
number: string, 
/**
 * "Puesto de atención": Box 01.
 */
desk: string, };

export type NoticeView = { 
/**
 * Language of the text.
 */
language: string, 
/**
 * Version of the text.
 */
version: string, 
/**
 * Paragraphs, in order.
 */
paragraphs: Array<string>, 
/**
 * SHA-256 over the paragraphs joined by one line feed, UTF-8, lower-case hex.
 */
sha256: string, };

export type MachineUse = "call" | "sound";

export type FromMachine = { "type": "leave", } | FromPerson;

export type ToMachine = { "type": "call", 
/**
 * The whole view.
 */
view: CallView, } | { "type": "sound", 
/**
 * The whole view.
 */
view: SoundView, } | ToPerson;

export type CallView = { 
/**
 * Whose call it is.
 */
operator: OperatorCard, 
/**
 * What happens to the chat.
 */
chat_policy: ChatPolicy, 
/**
 * What happens to real-time text.
 */
text_policy: ChatPolicy, 
/**
 * Where the operator stands.
 */
step: CallStep, 
/**
 * The server holds no media peer for the operator and wants an [`FromPerson::Offer`] of this machine now.
 */
offer_wanted: boolean, };

export type CallStep = { "state": "idle", } | { "state": "started", 
/**
 * Somebody waits to be let in, which is done on the console.
 */
awaited: boolean, } | { "state": "in_call", 
/**
 * Everybody, oneself included.
 */
participants: Array<Participant>, 
/**
 * One's own number.
 */
me: number, 
/**
 * Whether the call is being recorded.
 */
recording: RecordingState, 
/**
 * The visit is to be recorded.
 */
recorded: boolean, 
/**
 * Since when, milliseconds since 1970 UTC.
 */
since_ms: number, 
/**
 * The citizen has hung up or lost the line, since when; none while he is there.
 */
citizen_away_since_ms: number | null, 
/**
 * Somebody waits to be let in, which is done on the console.
 */
awaited: boolean, 
/**
 * When the time limit ends it; none where there is none.
 */
limit: CallLimit | null, };

export type SoundView = { 
/**
 * Whose it is.
 */
name: string, 
/**
 * Where he stands.
 */
step: SoundStep, 
/**
 * The server holds no media peer for the sound and wants an [`FromPerson::Offer`] now, with nothing but audio in it.
 */
offer_wanted: boolean, };

export type SoundStep = { "state": "waiting", } | { "state": "in_call", 
/**
 * Everybody, the person himself included.
 */
participants: Array<Participant>, 
/**
 * His number.
 */
me: number, 
/**
 * Whether the call is being recorded.
 */
recording: RecordingState, 
/**
 * Since when, milliseconds since 1970 UTC.
 */
since_ms: number, };

export type FromGuest = { "type": "accept_notice", 
/**
 * Hash of the text that was on the screen, lower-case hex; another than the current one is refused.
 */
sha256: string, 
/**
 * Given name and surname, 1 to 120 characters.
 */
name: string, } | { "type": "leave", } | FromPerson;

export type ToGuest = { "type": "visit", 
/**
 * The whole view.
 */
view: GuestView, } | ToPerson;

export type GuestView = { 
/**
 * Empresa.
 */
body: string, 
/**
 * Sucursal.
 */
branch: string, 
/**
 * Trámite.
 */
service: string, 
/**
 * What he was invited as.
 */
role: GuestRole, 
/**
 * His own name, as typed; empty until he has accepted.
 */
name: string, 
/**
 * What happens to the chat.
 */
chat_policy: ChatPolicy, 
/**
 * What happens to real-time text.
 */
text_policy: ChatPolicy, 
/**
 * Where he stands.
 */
step: GuestStep, 
/**
 * The server holds no media peer for this person and wants an [`FromPerson::Offer`] now.
 */
offer_wanted: boolean, };

export type GuestStep = { "state": "invited", 
/**
 * The notice.
 */
notice: NoticeView, } | { "state": "waiting", 
/**
 * He was in the call, and was sent back to wait.
 */
sent_back: boolean, } | { "state": "in_call", 
/**
 * Everybody, oneself included.
 */
participants: Array<Participant>, 
/**
 * One's own number.
 */
me: number, 
/**
 * Whether the call is being recorded.
 */
recording: RecordingState, 
/**
 * Since when the call lasts, milliseconds since 1970 UTC.
 */
since_ms: number, } | { "state": "interrupted", } | { "state": "left", } | { "state": "removed", } | { "state": "ended", };

export type FromOperator = { "type": "set_available", 
/**
 * The service.
 */
service: number, 
/**
 * Disponible SÍ or NO.
 */
available: boolean, } | { "type": "seek", } | { "type": "interrupt", } | { "type": "start", } | { "type": "admit", 
/**
 * Who waits.
 */
participant: number, } | { "type": "invite", 
/**
 * What for.
 */
role: GuestRole, } | { "type": "send_back", 
/**
 * Who.
 */
participant: number, } | { "type": "remove", 
/**
 * Who.
 */
participant: number, } | { "type": "end_meeting", } | { "type": "resume_call", } | { "type": "close", 
/**
 * One of the four.
 */
result: VisitResult, 
/**
 * "Observaciones/Anotaciones"; may be empty.
 */
notes: string, 
/**
 * Which of the two buttons.
 */
then: AfterClose, } | { "type": "ask_for", 
/**
 * Whom.
 */
participant: number, 
/**
 * What.
 */
device: Device, } | { "type": "see_document", 
/**
 * What.
 */
step: DocumentStep, } | { "type": "extend_call", } | FromPerson;

export type ToOperator = { "type": "console", 
/**
 * The whole view.
 */
view: OperatorView, } | { "type": "declined", 
/**
 * Whose.
 */
participant: number, 
/**
 * To what.
 */
device: Device, } | ToPerson;

export type OperatorView = { 
/**
 * "Operador": identification number.
 */
number: string, 
/**
 * "Nombre".
 */
name: string, 
/**
 * "Puesto de atención".
 */
desk: string, 
/**
 * "Contribuyentes atendidos" today, by the rule of O8.
 */
attended_today: number, 
/**
 * Services of this operator.
 */
services: Array<ServiceLine>, 
/**
 * Where the operator stands.
 */
step: OperatorStep, 
/**
 * The server holds no media peer for this person and wants an [`FromPerson::Offer`] now.
 */
offer_wanted: boolean, 
/**
 * The call is on another machine (O23), and this page has no part in its media; none: it is here.
 */
call_machine: CallMachine | null, };

export type CallMachine = { 
/**
 * Its page is connected.
 */
present: boolean, };

export type ServiceLine = { 
/**
 * Id, for [`FromOperator::SetAvailable`].
 */
id: number, 
/**
 * Second level of the catalogue: two services may have the same name in two of them.
 */
subcategory: string, 
/**
 * Name.
 */
name: string, 
/**
 * Hours in words.
 */
hours: string, 
/**
 * The operator is available for it.
 */
available: boolean, 
/**
 * How many wait for it now.
 */
waiting: number, };

export type OperatorStep = { "state": "off", } | { "state": "inactive", } | { "state": "seeking", 
/**
 * Since when, milliseconds since 1970 UTC.
 */
since_ms: number, 
/**
 * Length of one round of the ring in milliseconds ("Próxima actualización en: 9 seg.").
 */
round_ms: number, } | { "state": "assigned", 
/**
 * Who.
 */
visit: VisitCard, } | { "state": "started", 
/**
 * Who.
 */
visit: VisitCard, 
/**
 * Who waits to be admitted; empty until the citizen has accepted.
 */
lobby: Array<Participant>, } | { "state": "in_call", 
/**
 * Who.
 */
visit: VisitCard, 
/**
 * Everybody, oneself included.
 */
participants: Array<Participant>, 
/**
 * Third parties who are invited, wait or are let in.
 */
guests: Array<GuestLine>, 
/**
 * One's own number.
 */
me: number, 
/**
 * Whether the call is being recorded.
 */
recording: RecordingState, 
/**
 * Since when, milliseconds since 1970 UTC.
 */
since_ms: number, 
/**
 * The citizen has hung up or lost the line, since when; none while he is there.
 */
citizen_away_since_ms: number | null, 
/**
 * Who waits to be admitted again.
 */
lobby: Array<Participant>, 
/**
 * When the time limit ends it; none where there is none.
 */
limit: CallLimit | null, 
/**
 * The service's time to wait for who left (§4): after it the operator is offered to end, in milliseconds.
 */
away_offer_ms: number, } | { "state": "wrap_up", 
/**
 * Who.
 */
visit: VisitCard, 
/**
 * The result the form begins with (O9).
 */
preset: VisitResult | null, 
/**
 * "Volver a atenderla" is possible.
 */
resumable: boolean, };

export type VisitCard = { 
/**
 * A1.
 */
display_code: string, 
/**
 * Twelve letters and digits.
 */
turno_code: string, 
/**
 * Name.
 */
name: string, 
/**
 * Document number, as given.
 */
document: string, 
/**
 * Trámite.
 */
service: string, 
/**
 * Waited, in seconds, from confirmation to assignment.
 */
waited_s: number, 
/**
 * The citizen has accepted the notice.
 */
accepted: boolean, 
/**
 * "El contribuyente asignado ha abandonado el sistema…" (O9).
 */
abandoned: boolean, 
/**
 * His remark on leaving; may be empty.
 */
remark: string, 
/**
 * What happens to the chat.
 */
chat_policy: ChatPolicy, 
/**
 * What happens to real-time text.
 */
text_policy: ChatPolicy, 
/**
 * When the operator started the meeting, milliseconds since 1970 UTC; none before.
 */
started_ms: number | null, 
/**
 * "Tiempo medio de atención" (O19) in milliseconds; 0: no warning.
 */
average_ms: number, 
/**
 * Files that were sent, and stills that were taken.
 */
files: Array<FileLine>, 
/**
 * The visit will be recorded.
 */
recorded: boolean, 
/**
 * What the citizen's test of his line found; none when there was none.
 */
line_test: LineTest | null, 
/**
 * The citizen's connection is alive.
 */
present: boolean, 
/**
 * A representative was let in, and the service does not allow one (§6, 9): the operator is warned.
 */
unpermitted_representative: boolean, };

export type VisitResult = "success" | "technical_error" | "functional_error" | "abandoned";

export type AfterClose = "seek" | "interrupt";

export type Catalogue = { 
/**
 * Name of the body (Empresa).
 */
body: string, 
/**
 * Every office that is open to the public.
 */
offices: Array<CatalogueOffice>, };

export type CatalogueOffice = { 
/**
 * Id.
 */
id: number, 
/**
 * "Ingresos Municipales".
 */
name: string, 
/**
 * Sucursal.
 */
branch: string, 
/**
 * Second level.
 */
subcategories: Array<CatalogueSubcategory>, };

export type CatalogueSubcategory = { 
/**
 * "Automotor".
 */
name: string, 
/**
 * Trámites.
 */
services: Array<CatalogueService>, };

export type CatalogueService = { 
/**
 * Id within its office.
 */
id: number, 
/**
 * Name.
 */
name: string, 
/**
 * Hours in words.
 */
hours: string, 
/**
 * The visit is recorded.
 */
recorded: boolean, 
/**
 * How many wait now.
 */
waiting: number, 
/**
 * Operators on duty for it now.
 */
operators: number, };

export type TakeTurn = { 
/**
 * Office.
 */
office: number, 
/**
 * Service within it.
 */
service: number, 
/**
 * Given name and surname, 1 to 120 characters.
 */
name: string, 
/**
 * Document number, 3 to 20 letters, digits, dots or dashes.
 */
document: string, 
/**
 * Language of the screen.
 */
language: string, };

export type TurnTaken = { 
/**
 * "Código de su turno".
 */
turno_code: string, };

export type ProgramAccess = { 
/**
 * For `Authorization: Bearer`; good while the asker has this place in this visit, and for nothing but its media.
 */
token: string, };

export type EnterInvitation = { 
/**
 * What stood in the fragment of the link.
 */
token: string, };

export type EnterMachine = { 
/**
 * Nine digits; spaces and dashes between them do not matter.
 */
code: string, };

export type SignIn = { 
/**
 * Account name.
 */
account: string, 
/**
 * Password.
 */
password: string, };

export type Account = { 
/**
 * Account name.
 */
account: string, 
/**
 * Name to show.
 */
name: string, 
/**
 * What the account may do.
 */
role: AccountRole, };

export type AccountRole = "operator" | "supervisor" | "compliance" | "editor" | "admin";

export type SearchRecords = { 
/**
 * Why, 5 to 500 characters.
 */
reason: string, 
/**
 * Turno code or display code; empty for any.
 */
code: string, 
/**
 * First civil day, `YYYY-MM-DD`, in the office's time zone; empty for any.
 */
from_day: string, 
/**
 * Last civil day, inclusive; empty for any.
 */
to_day: string, };

export type RecordsFound = { 
/**
 * Newest first, at most 200.
 */
records: Array<RecordLine>, 
/**
 * There were more: narrow the search.
 */
more: boolean, };

export type RecordLine = { 
/**
 * The record's id.
 */
record: string, 
/**
 * Twelve letters and digits.
 */
turno_code: string, 
/**
 * A1.
 */
display_code: string, 
/**
 * Trámite.
 */
service: string, 
/**
 * Operator's identification number.
 */
operator: string, 
/**
 * When the turn was taken, milliseconds since 1970 UTC.
 */
taken_ms: number, 
/**
 * None while the visit is not closed.
 */
result: VisitResult | null, 
/**
 * Length of all that was recorded, in milliseconds; 0 when nothing was.
 */
recorded_ms: number, };

export type OpenRecord = { 
/**
 * The record's id.
 */
record: string, 
/**
 * Why, 5 to 500 characters.
 */
reason: string, };

export type RecordDetail = { 
/**
 * As in the list.
 */
line: RecordLine, 
/**
 * Citizen's name.
 */
name: string, 
/**
 * Citizen's document number.
 */
document: string, 
/**
 * Operator's name.
 */
operator_name: string, 
/**
 * Third parties who were invited, whether they came or not.
 */
guests: Array<RecordGuest>, 
/**
 * Who accepted which text when (K2).
 */
acceptances: Array<Acceptance>, 
/**
 * What happened, oldest first.
 */
events: Array<RecordEvent>, 
/**
 * Playable tracks; several per person when the call was interrupted.
 */
tracks: Array<Track>, 
/**
 * Files that were sent, and stills that were taken.
 */
files: Array<FileLine>, 
/**
 * Chat, where the policy keeps it.
 */
chat: Array<ChatLine>, 
/**
 * Lines of chat that were exchanged, kept or not.
 */
chat_count: number, 
/**
 * Operator's notes.
 */
notes: string, 
/**
 * Citizen's remark on leaving.
 */
remark: string, 
/**
 * Blocks of the log whose hash chain was verified just now.
 */
blocks_verified: number, 
/**
 * The chain is whole, as far as it was written, and every file is as it was kept.
 */
intact: boolean, };

export type RecordGuest = { 
/**
 * Number within the visit.
 */
participant: number, 
/**
 * What for.
 */
role: Role, 
/**
 * Name, as typed; empty when he never accepted.
 */
name: string, };

export type Acceptance = { 
/**
 * Who accepted.
 */
participant: number, 
/**
 * When, milliseconds since 1970 UTC.
 */
at_ms: number, 
/**
 * Language of the text.
 */
language: string, 
/**
 * Version of the text.
 */
version: string, 
/**
 * Hash of the text.
 */
sha256: string, 
/**
 * The text itself.
 */
paragraphs: Array<string>, };

export type RecordEvent = { 
/**
 * When, milliseconds since 1970 UTC.
 */
at_ms: number, 
/**
 * Name of the fact; its words live in `locales/` as `event-<kind>`.
 */
kind: string, 
/**
 * Of facts about a guest: his number.
 */
guest: number | null, 
/**
 * Of `line_judged`: what was judged.
 */
line: LineEvent | null, };

export type LineEvent = { 
/**
 * Whose line, by number.
 */
participant: number, 
/**
 * What he is in the call.
 */
role: Role, 
/**
 * What of it.
 */
strand: LineStrand, 
/**
 * How it is from here on.
 */
level: LineLevel, };

export type Track = { 
/**
 * Number within the record.
 */
track: number, 
/**
 * Interval of the call, from 1.
 */
interval: number, 
/**
 * Who.
 */
participant: number, 
/**
 * What he was.
 */
role: Role, 
/**
 * It is his sound, as it came by telephone.
 */
by_phone: boolean, 
/**
 * Where to play it.
 */
url: string, 
/**
 * When it begins, milliseconds since 1970 UTC.
 */
begins_ms: number, 
/**
 * How long it is, in milliseconds.
 */
duration_ms: number, 
/**
 * Milliseconds that are missing in it (loss, overload), told apart from silence.
 */
gaps_ms: number, 
/**
 * It can be played now; false while it is still being derived.
 */
ready: boolean, };

export type AccessLog = { 
/**
 * Newest first, at most 500.
 */
entries: Array<AccessEntry>, };

export type AccessEntry = { 
/**
 * When, milliseconds since 1970 UTC.
 */
at_ms: number, 
/**
 * Account.
 */
account: string, 
/**
 * What was done.
 */
action: AccessAction, 
/**
 * Record's id; empty for a search.
 */
record: string, 
/**
 * Reason given.
 */
reason: string, };

export type AccessAction = "search" | "open" | "play" | "file";

