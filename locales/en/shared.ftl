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
refusal-full = The limit has been reached. Try later.
refusal-people_wait = It cannot be extended: people who wait would be delayed.
refusal-storage = The office cannot keep data at this moment. Nothing was done; try again in a few minutes.
refusal-reason_needed = The reason must be given first.
refusal-file_form = By its content the file is no PDF, JPG or PNG, whatever it is called. Choose another file.
refusal-file_damaged = The file is broken or has something else inside. Save it again or take a photograph of it, and send it again.
refusal-file_harmful = The office’s virus scanner did not accept the file: there is something harmful in it, or something it cannot check (such as a password). It was not kept.
refusal-file_unchecked = The office’s virus scanner does not answer. The file was not kept; try again in a few minutes.
refusal-invitation_used = This link has already been used in another browser. Ask whoever invited you for a new one.
refusal-invitation_over = This link no longer works: the visit is over, or the invitation was taken back.
refusal-wrong_code = That code does not work: it may be mistyped, used or expired. Ask for another one on the first computer.
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
role-companion = Companion
role-interpreter = Interpreter
role-representative = Representative
role-guest = Guest
name-and-role = { $name } · { $role }
name-self = { $name } (you)
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
camera-withheld = Camera not available
microphone-on = Microphone on
microphone-off = Microphone muted
microphone-blocked = Microphone blocked
microphone-missing = No microphone
microphone-withheld = Microphone not available
line-test = { $path }. Loss: { $loss } %. { $kbps } kbit/s. Round trip: { $rtt } ms.
line-path-udp = Direct path
line-path-tcp = Path over TCP
line-path-relay = Path over TLS, the network is closed
line-path-none = No path
remote-no-picture = { $name } has the camera off
picture-of = Picture of { $name }
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
people-title = People in the call
people-waiting = Waits for the operator to let them in
people-invited = Has not opened the link yet
people-away = Not connected
people-guest = Guest: { $role }
speaking = Speaking
pin = Keep large
pin-interpreter = Keep interpreter large
pin-name = Keep { $name } large
pin-interpreter-name = Keep interpreter large: { $name }
unpin = Let go
unpin-name = Stop keeping { $name } large
stage-others = The other people in the call

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

## Captions

captions-show = Turn captions on
captions-hide = Turn captions off
captions = Captions
captions-none = No caption has come yet. A program of the office makes them, if it has one: they may be wrong, and they are not kept.

## The menu and the devices

close = Close
menu = Menu
menu-refresh = Refresh picture and sound
menu-devices = Camera, microphone and speaker
menu-screen = Share screen
menu-screen-stop = Stop sharing screen
menu-window = Floating window
menu-full = Full screen
menu-full-end = Leave full screen
devices-title = Camera, microphone and speaker
devices-hint = The change is immediate: the call goes on. This computer remembers what you choose.
devices-camera = Camera
devices-microphone = Microphone
devices-speaker = Speaker
devices-none = The browser shows none
devices-numbered = Device { $number }
devices-failed = That device could not be used. You stay with the one before.
menu-blur = Blur the background
menu-unblur = Stop blurring the background
background = Background
background-none = Not blurred: your room is seen
background-blurred = Blurred
background-hint = Blurring is done on this computer: your picture passes through no other service. This computer remembers what you choose.
background-impossible = This browser cannot blur the background. Update it, or use another one.
background-starting = Preparing the blur. Your picture is sent only when it is ready.
background-slow = This computer is too slow to blur the background. We switched your camera off: nobody sees your room unless you decide so.
background-failed = The blur stopped working. We switched your camera off: nobody sees your room unless you decide so.
background-show = Show the camera without blur
background-retry = Try the blur again
self-view-starting = Preparing the blur…
microphone-silent = Nothing is heard from your microphone. See whether it has a button that mutes it or came unplugged, or choose another one.
microphone-silent-choose = Choose another microphone
screen-of = { $name } is sharing a screen
screen-own = You are sharing your screen

## Real-time text

live-show = Open live text
live-hide = Close live text
live-title = Live text
live-how = Everybody in the call sees each letter as you write.
live-policy-incidencias = This text is not kept.
live-policy-conversacion = This text is kept with the record of the visit.
live-policy-registro = This text is registered as a request.
live-lines = Finished lines
live-nobody = Nobody is writing.
live-writes = { $name } writes:
live-own = Your text
live-done = Finish line

## The time of a call

time-left = Time left
time-warning = Less than { $minutes } minutes are left. When the time is over the call ends by itself.

## What is the matter with a device: the words of the guide for who attends, and for its owner

incident-help = { $what }: cause and remedy
incident-origin = Cause:
incident-remedy = Remedy:
incident-camera-off-origin = The person came in without switching the camera on, or switched it off.
incident-camera-off-remedy = Press “Ask to start video”. A message appears to the citizen, who must press “Start my video”.
incident-camera-missing-origin = There is no camera, or the computer does not recognise it.
incident-camera-missing-remedy = Say by voice (or by chat if there is no sound either) that the service cannot be given without a camera: it must be checked, and the person must come in again. The meeting must be ended.
incident-camera-blocked-origin = The browser does not let the camera be used.
incident-camera-blocked-remedy = Say that the camera must be allowed beside the address of the page, and “Camera blocked” pressed. If that does not help, the service cannot be given.
incident-camera-withheld-origin = The system does not give the camera to the browser, or another program uses it.
incident-camera-withheld-remedy = Say that other programs for video calls must be closed, and “Camera not available” pressed. If that does not help, the service cannot be given.
incident-microphone-off-origin = The person has muted the microphone.
incident-microphone-off-remedy = Press “Restart audio”. “Unmute now” appears to the citizen.
incident-microphone-missing-origin = There is no microphone, or the computer does not recognise it.
incident-microphone-missing-remedy = There is no contact by voice, only by chat or live text. Say that a microphone must be connected and the person must come in again; otherwise the meeting must be ended.
incident-microphone-blocked-origin = The window of permissions was closed without a choice, or the browser does not let the microphone be used.
incident-microphone-blocked-remedy = There is no contact by voice, only by chat or live text. Say that the microphone must be allowed beside the address of the page and “Microphone blocked” pressed, or that the person must come in again.
incident-microphone-withheld-origin = The system does not give the microphone to the browser, or another program uses it.
incident-microphone-withheld-remedy = There is no contact by voice, only by chat or live text. Say that other programs for video calls must be closed, and “Microphone not available” pressed.
incident-camera-off-own-origin = You came in without switching the camera on, or switched it off.
incident-camera-off-own-remedy = Press “Turn camera on”.
incident-camera-missing-own-origin = There is no camera, or your computer does not recognise it.
incident-camera-missing-own-remedy = Connect a camera and press “No camera”. Without a camera the service cannot be given: you can come in from a phone.
incident-camera-blocked-own-origin = The browser does not let the camera be used.
incident-camera-blocked-own-remedy = Press the lock beside the address of the page, choose “Allow”, close programs that use the camera, and press “Camera blocked”.
incident-camera-withheld-own-origin = The system does not give the camera to the browser, or another program uses it.
incident-camera-withheld-own-remedy = Close other programs for video calls and press “Camera not available”.
incident-microphone-off-own-origin = Your microphone is muted: nobody hears you.
incident-microphone-off-own-remedy = Press “Unmute microphone”.
incident-microphone-missing-own-origin = There is no microphone, or your computer does not recognise it.
incident-microphone-missing-own-remedy = Connect a microphone and press “No microphone”. Meanwhile you can write in the chat or in live text.
incident-microphone-blocked-own-origin = The browser does not let the microphone be used.
incident-microphone-blocked-own-remedy = Press the lock beside the address of the page, choose “Allow” and press “Microphone blocked”. Meanwhile you can write in the chat or in live text.
incident-microphone-withheld-own-origin = The system does not give the microphone to the browser, or another program uses it.
incident-microphone-withheld-own-remedy = Close other programs for video calls and press “Microphone not available”. Meanwhile you can write in the chat or in live text.

## Chat that must not name anybody

chat-number-found = You seem to have written a document number ({ $kind }).
chat-number-rule = Documents and other personal data are not written in this chat.
chat-number-mend = Correct it
chat-number-send = It is no document: send

## Third parties

share = Share the call
share-text = Invite one more person: the link works once, and as long as this visit lasts. Whoever opens it reads the same notice of the recording and comes in when the operator lets them.
share-role = What will this person be?
share-make = Make the link
share-full = All six places of the call are taken. Somebody has to leave before another person can be invited.
share-ready = Link for the { $role }
share-once = Send it to that person only: it is shown just once.
share-qr = QR code with the link
share-qr-hint = It can also be opened by pointing the camera of a phone at this code.
share-another = Invite another person
share-close = Close
notice-accept-title = About the recording

## What the operator asks

asked-camera = The operator asks you to switch the camera on.
asked-camera-yes = Start my video
asked-microphone = The operator asks you to unmute the microphone.
asked-microphone-yes = Unmute now
asked-no = Not now

## Files (C22)
file-menu = Send a file
file-send-title = Send a file
file-rules = You can send files in PDF, JPG or PNG format, of at most 20 MB.
file-browse = Browse
file-photo = Take a photo
file-drop = You can also drag the file here.
file-chosen = Chosen file: { $name } ({ $size })
file-send = Upload and send
file-sending = Sending { $name }
file-percent = { $percent } % sent
file-checking = All of it was sent. The office is checking it.
file-cancel = Cancel sending
file-cancelled = You cancelled sending. Nothing was kept.
file-sent = File sent!
file-close = Close
file-large = The file has { $size }; at most 20 MB are accepted. Choose a smaller one or take a photo of it.
file-full = No more files fit: each visit takes up to 20, and 100 MB together. Tell the operator.
file-late = Files can only be sent during the video call. Nothing was kept.
file-network = Sending broke off and nothing was kept. Check your connection and send it again.
files-title = Files of this visit
file-came = A file has arrived: { $name }
file-still = Picture of the document { $number }
file-unnamed = File { $number }
file-look = View
file-look-label = View { $name }
file-save = Save
file-pdf = PDFs are saved and opened with your computer’s own program.

## A second machine

pair-call = The call on another computer
pair-call-text = Open this address on the other computer and type the code. Camera, microphone, picture and sound go to that computer; the console stays here.
pair-address = Address
pair-code = Code
pair-once = It works once, for five minutes. Give it to nobody: whoever types it takes your place.
pair-qr = QR code that opens that address with the code
pair-making = Preparing the code…
pair-over = The code has expired.
pair-another = Ask for another code
pair-close = Close
pair-sound = Use the phone for the sound
pair-sound-text = Point your phone’s camera at the QR code, or open this address in its browser and type the code. You speak and hear by the phone; the picture stays here.
phone-there = Your sound is on the phone: this computer neither sends nor plays any.
phone-back = Bring the sound to this computer
by-phone = with the sound by phone
