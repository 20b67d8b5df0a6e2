### Words that the three apps share.

language = Language
language-es-AR = Español (Argentina)
language-es-ES = Español (España)
language-es-CO = Español (Colombia)
language-en = English
skip = Skip to content
title-error = Error: { $title }
title-page = { $title } · { $product }
title-alert = ▶ { $title } · { $product }
back = Back
copy = Copy
copied = Copied
copy-failed = It could not be copied: select the code by finger or mouse.
cancel = Cancel
loading = One moment…
try-again = Try again

## The line to the server

link-connecting = Connecting to the office…
link-reconnecting = The connection was lost. Reconnecting…
link-back = Connected again.
outdated-title = This page has changed
outdated-text = There is a new version. Reload the page to go on; your place is kept.
outdated-button = Reload the page

## Faults

summary-title = There is a problem
refusal-version = This page is of an older version. Reload it to go on.
refusal-malformed = The server did not understand the request. Reload the page and try again.
refusal-too_long = The text is too long.
refusal-hello_expected = The connection did not begin as it should. Reload the page.
refusal-out_of_order = That cannot be done at this moment.
refusal-too_fast = Too many requests in a row. Wait a few seconds and try again.
refusal-no_session = The session has ended.
refusal-other_device = There is a session open on another device.
refusal-forbidden = Your account is not allowed to do that.
refusal-wrong_password = The account or the password is not right.
refusal-not_found = What you asked for was not found.
refusal-offer = The video could not be prepared.
refusal-invalid = One of the values cannot be accepted.
refusal-full = No more turns can be given at this moment. Try later.
refusal-storage = The office cannot keep data at this moment. Nothing was done; try again in a few minutes.
refusal-reason_needed = The reason must be given first.
refusal-network = The server does not answer. Check your connection and try again.

## Signing in

sign-in-account = Account
sign-in-password = Password
sign-in-button = Sign in
sign-in-account-missing = Enter your account
sign-in-password-missing = Enter your password
sign-out = Sign out
password-show = Show password
password-hide = Hide password

## People and devices

role-citizen = Citizen
role-operator = Operator
self-view = Your camera
self-view-off = Your camera is off
camera = Camera
microphone = Microphone
camera-turn-off = Turn camera off
camera-turn-on = Turn camera on
microphone-turn-off = Mute microphone
microphone-turn-on = Unmute microphone
camera-on = Camera on
camera-off = Camera off
camera-blocked = Camera blocked
camera-missing = No camera
microphone-on = Microphone on
microphone-off = Microphone muted
microphone-blocked = Microphone blocked
microphone-missing = No microphone
remote-no-picture = { $name } has the camera off
remote-waiting = Waiting for the picture of { $name }…
remote-paused = The picture of { $name } is paused: your connection cannot carry it. The voice goes on.
sound-blocked = The browser did not let the sound begin.
sound-start = Start the sound

## The call

recording = Recording
recording-paused = Recording paused
not-recording = This call is not recorded
recording-failed = Not being recorded
call-elapsed = Call time
call-connecting = Connecting the video…
call-connected = Good connection
call-disconnected = Unstable connection
call-lost = The video was lost. Reconnecting…

## How the lines are: in the badge and the strip

line-badge-unstable = Unstable connection
line-badge-critical = Very unstable connection
line-own-unstable = Your connection is unstable.
line-own-critical = Your connection is breaking up.
line-trouble-line = The signal comes late or is cut off.
line-trouble-voice_up = Your voice reaches the other person in pieces.
line-trouble-voice_down = The other person's voice reaches you in pieces.
line-trouble-picture_up = Your picture stands still.
line-trouble-picture_down = The picture that you see stands still.
line-relief-repairing = We are recovering what gets lost on the way.
line-relief-picture_reduced = We lowered the video quality to keep the voice clear.
line-relief-waiting = We are waiting for the signal to come back. The call goes on by itself: do not close this page.

## Chat

chat = Chat
chat-show = Open chat
chat-hide = Close chat
chat-unread = { $count ->
    [one] 1 new message
   *[other] { $count } new messages
  }
chat-empty = No messages yet.
chat-message = Message
chat-send = Send
chat-from-self = You
chat-policy-incidencias = This chat is not kept. Use it only to solve technical problems: write no document numbers, names or tax data.
chat-policy-conversacion = This chat is kept with the record of the visit.
chat-policy-registro = This chat is registered as a request.

## The four results

result-success = Ended successfully
result-technical_error = Technical error
result-functional_error = Functional error
result-abandoned = Citizen left
