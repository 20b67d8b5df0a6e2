### Words of the operator's console.

product-operator = Operator’s console
sign-in-title = Operators’ sign-in

## Header

header-title = Console
header-operator = Operator
header-name = Name
header-desk = Desk
header-attended = Citizens attended
services-title = Active services
availability-title = Operator’s availability
availability-hint = Kept for the next sessions.
availability-all = Choose YES for all
availability-none = Choose NO for all
service-waiting = Waiting
service-available = Available
service-available-for = Available for { $service } ({ $group })
yes = YES
no = NO

## Off, inactive, seeking

off-title = You are not available for any service
off-text = Choose YES for at least one service to attend.
inactive-title = Ready to attend
inactive-text = Press the button and a citizen of your active services is assigned to you automatically.
inactive-waiting = { $count ->
    [0] No citizens are waiting.
    [one] 1 citizen is waiting.
   *[other] { $count } citizens are waiting.
  }
seek = Attend a citizen
seeking-title = Waiting for a citizen
seeking-next = Next update in: { $seconds } s
seeking-push = Whoever comes earlier is assigned to you at once.
interrupt = Stop

## Card

card-title = Assigned citizen
card-document = Document
card-name = Name
card-service = Service
card-code = Turn
card-turno-code = Turn’s code
card-waited = Waited
card-recorded = Recording
card-recorded-yes = The call is recorded
card-recorded-no = The call is not recorded
card-line = Connection test
card-line-good = Good
card-line-weak = Weak: the picture may suffer
card-line-bad = Bad: the sound may break up
card-line-none = The network let nothing through
card-line-untested = Not tested
card-accepted = Accepted the video call
card-not-accepted = Has not accepted the video call yet
card-present = Connected
card-absent = Not connected at this moment
card-remark = Citizen’s remarks
abandoned = The assigned citizen has left the system. End the meeting and wait for another citizen to be assigned.

## Assigned, started

assigned-title = A citizen has been assigned to you
start = Start the video call
started-title = Call room
lobby-title = In the lobby
lobby-empty = Nobody yet. The citizen is reading the notice.
lobby-someone = { $name } is waiting to come in
admit = Let in
admit-name = Let { $name } in
guests-title = Guests
send-back = Send back to wait
send-back-name = Send { $name } back to wait
remove = Remove
remove-name = Remove { $name } from the call
remove-link = Take the link back
remove-link-name = Take back the link for the { $name }
remove-title = Remove { $name } from the call?
remove-text = They will not be able to come back with the same link.
remove-yes = Yes, remove
remove-no = No, leave them
representative-warning = A representative took part, and this service does not allow representation. Bear it in mind before you finish.
end-meeting = End the meeting for everyone
end-meeting-title = End the meeting for everyone?
end-meeting-text = The room closes, and you can then note the result.
end-meeting-yes = Yes, end the meeting
end-meeting-no = No, go on

## Call

call-title = Call with { $name }
call-zone = Video call
call-controls = Call controls
state-zone = State
call-away = The citizen left the call. You can wait or end the meeting. Away for:
line-citizen-unstable = The citizen's connection is unstable.
line-citizen-critical = The citizen's connection is breaking up.
line-citizen-line = The signal comes late or is cut off.
line-citizen-voice_up = The citizen's voice arrives in pieces.
line-citizen-voice_down = Your voice reaches the citizen in pieces: speak slowly and confirm what matters.
line-citizen-picture_up = The citizen's picture stands still.
line-citizen-picture_down = The picture that the citizen sees stands still.
form-locked = The result is noted after the meeting has been ended for everyone.

## Wrap-up

wrap-title = Result of the call
wrap-result = Result
wrap-result-hint = Required
wrap-result-missing = Choose the result of the call
result-success-definition = The meeting took place normally.
result-technical_error-definition = Technical problems of the citizen (camera, sound, etc.).
result-functional_error-definition = There were no technical problems, but the citizen wants another service or does not have all that is needed (for example, no identity document).
result-abandoned-definition = The citizen has left the system, and a message tells the operator so.
wrap-notes = Remarks/Notes
wrap-notes-hint = (If this citizen asks for another call, the operator assigned will see this)
wrap-notes-kept = What you write is kept as long as you do not reload or close this page.
wrap-notes-long = Notes can have up to { $max } letters
wrap-seek = Finish and attend the next
wrap-interrupt = Finish and stop
wrap-resume = Attend this citizen again

## Own devices

own-devices = Your camera and microphone
own-devices-test = Try camera and microphone
own-devices-hint = Do this before you attend: the browser will ask for permission.
own-camera-blocked = The browser or the system blocks the camera. Allow it beside the page’s address and try again.
own-camera-missing = No camera was found.
own-microphone-blocked = The browser or the system blocks the microphone. Allow it beside the page’s address and try again.
own-microphone-missing = No microphone was found.
own-camera-withheld = The system does not give the camera to the browser, or another program uses it.
own-microphone-withheld = The system does not give the microphone to the browser, or another program uses it.
own-again = Try again

## Elsewhere

replaced-title = The console was opened elsewhere
replaced-text = Your account signed in from another tab or computer, or signed out. A visit in progress goes on there.
replaced-button = Bring the console here
alert-assigned = Citizen assigned
alert-lobby = { $name } is waiting to come in
recording-failed-help = Recording failed through a fault of ours. It is tried again every 30 seconds; tell the systems team if it goes on.

## Time

extend = Extend by { $minutes } minutes
extend-once = It can be extended once, if nobody waits.
extend-none = The time was extended already: it cannot be extended again.
extend-waiting = { $count ->
    [one] It cannot be extended: 1 citizen waits for your services.
   *[other] It cannot be extended: { $count } citizens wait for your services.
  }
average-warning = { $minutes } minutes have passed since the meeting began. If you are attending or have attended the citizen properly, end the meeting when it is time and note its result. Otherwise you can end the meeting as 'Abandoned by the citizen' or wait a little longer until the citizen manages to connect.
call-away-offer = The time to wait is over: you can end the meeting.

## Incidents

incidents-title = Incidents
ask-camera = Ask to start video
ask-camera-of = Ask to start video: { $name }
ask-microphone = Restart audio
ask-microphone-of = Restart audio: { $name }
document-title = Identity document
document-hint = Asks the citizen’s camera for its best picture, and shows how to hold the document.
document-no-camera = The citizen’s camera is not seen now.
document-see = See document
document-region = Document; scroll with the arrow keys
document-live = The citizen’s camera, not mirrored
document-still = Picture { $number } of the document
document-larger = Larger
document-smaller = Smaller
document-take = Take picture
document-taking = Taking the picture…
document-taken = The picture is kept with the record.
document-failed = The picture did not come. Ask for it again.
document-back = Back to the camera
document-end = Stop seeing the document
asked-declined = Answered: “Not now”.
phrases = Quick phrases
phrases-hint = Pressing a phrase sends it to the chat.
phrase-hear = Do you see and hear me well?
phrase-camera = Please switch your camera on.
phrase-microphone = Please unmute your microphone.
phrase-document = Please hold the document near the camera, without glare and without moving it.
phrase-background = The virtual background makes documents hard to read: choose another one or none, without leaving the call.
phrase-no-camera = The service cannot be given without a camera: please check it and come in again.
phrase-wait = One moment, please: I am looking into your case.

## The call on another machine

elsewhere-call = The call is on the other computer
elsewhere-call-away = That computer is not connected at the moment.
elsewhere-call-back = Bring the call to this computer
document-elsewhere = The picture is seen on the other computer. The still appears here.
