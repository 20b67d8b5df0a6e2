### Words of the citizen's app.

product-citizen = Virtual counter
place-kept = Your place is kept.
footer-needs = You need internet and a computer or phone with camera and microphone. We recommend Google Chrome or Mozilla Firefox.

## Catalogue

landing-title = Help by video call
landing-intro = On this platform you can take a turn to ask questions and use our services online, and be attended by one of our representatives by video.
landing-how = Choose the category, the subcategory and the service you need help with. No appointment is needed: you take a turn now and wait on this page.
catalogue-failed = The list of services could not be loaded.
catalogue-empty = There are no services with video help at this moment.
search-label = Find a service
search-hint = For example: libre deuda
search-results = { $count ->
    [0] No service with those words
    [one] 1 service
   *[other] { $count } services
  }
search-none = Try another word, or choose the category in the list.
category-title = Which office do you want to talk to?
subcategory-title = Choose the subcategory of your service
service-title = Choose your service
service-intro = Next, you will enter your details and try your camera and microphone.
service-count = { $count ->
    [one] 1 service
   *[other] { $count } services
  }
service-take = Take a turn
service-waiting = { $count ->
    [0] Nobody is waiting
    [one] 1 person waiting
   *[other] { $count } people waiting
  }
service-operators = { $count ->
    [0] No desk attending now
    [one] 1 desk attending
   *[other] { $count } desks attending
  }
service-hours = Hours: { $hours }
service-recorded = The video call is recorded
path = You are in

## Form

form-title = Your details
form-service = Service
form-name = Full name
form-name-hint = As in your identity document
form-document = Document number
form-document-hint = With or without dots. For example: 20.345.678
form-submit = Continue
form-privacy = We use these details for this visit only. The operator sees them when your turn is assigned.
form-name-missing = Enter your full name
form-name-long = The name can have up to 120 letters
form-document-missing = Enter your document number
form-document-wrong = The document number has between 3 and 20 letters, digits, dots or dashes

## Device check

check-title = Try your camera and microphone
unsupported-title = This browser cannot make video calls
unsupported-text = Use a current version of Google Chrome or Mozilla Firefox. Copy this link and open it there; your turn stays in this browser until you leave it.
unsupported-link = Link
check-before = When the call begins, you will be asked for permission to use camera and microphone.
check-mandatory = Using camera and microphone is required for the virtual counter. If you do not allow them, we will not be able to attend you.
check-how = When you press the button, the browser will show a window. Choose “Allow”. Nobody sees or hears you yet.
check-start = Try camera and microphone
check-asking = The browser is asking for permission. Choose “Allow”.
check-self = This is how you will look
check-level = Microphone level
check-level-hint = Speak: the bar must move.
check-heard = We hear you well
check-silent = Nothing heard yet
check-loopback = How the operator will see and hear you
check-loopback-runs = We are testing your connection. It takes some ten seconds; you need not wait to go on.
check-loopback-picture = Your picture, back from the office’s server
check-loopback-listen = Listen to myself
check-loopback-stop = Stop listening
check-loopback-hint = Nobody else sees or hears you, and nothing is recorded. If the sound howls, use headphones.
line-good = Your connection is good: picture and sound come through well.
line-weak = Your connection is weak: sound comes through well, the picture may suffer. If you can, move nearer to the Wi-Fi or close other programs that use the internet.
line-bad = Your connection is bad: the sound may break up. Move nearer to the Wi-Fi, use a cable or try the phone’s mobile data. You can go on all the same.
line-none = Your network lets neither picture nor sound through. Try another one, the phone’s mobile data for example. You can go on, but the call will probably not work.
line-not-tested = We could not test the connection now. You can go on.
check-speaker = Speaker
check-speaker-test = Test the speaker
check-speaker-hint = Two notes must sound. If you do not hear them, turn the volume up or choose another speaker.
check-choose = Choose other devices
check-sound-only = Go on with sound only
check-sound-only-hint = This service can also be given without a camera.
check-ready-sound = The microphone works. You go on without a camera.
check-ready = Camera and microphone work.
check-again = Try again
check-continue = Continue
check-not-ready = Camera and microphone are needed to go on.
fix-camera-blocked = The browser does not let this page use the camera.
fix-camera-missing = We found no camera. Connect it and try again, or come in from a phone.
fix-microphone-blocked = The browser does not let this page use the microphone.
fix-microphone-missing = We found no microphone. Connect it and try again, or come in from a phone.
fix-camera-withheld = The system does not give the camera to the browser, or another program is using it. Close programs for video calls, and see that the system lets the browser use the camera: in Windows, Settings, Privacy, Camera; on a Mac, Settings, Privacy & Security, Camera; on a phone, Settings, Apps, the browser, Permissions.
fix-microphone-withheld = The system does not give the microphone to the browser, or another program is using it. Close programs for video calls, and see that the system lets the browser use the microphone: in Windows, Settings, Privacy, Microphone; on a Mac, Settings, Privacy & Security, Microphone; on a phone, Settings, Apps, the browser, Permissions.
allow-chromium = Press the icon to the left of the page’s address, switch “Camera” and “Microphone” on and try again.
allow-firefox = Press the crossed-out camera or microphone icon beside the page’s address, remove the block and try again.
allow-safari = Open the page’s menu (the icon beside the address), go to “Website Settings”, choose “Allow” for Camera and Microphone and try again.

## Confirm

confirm-title = Confirm your turn
confirm-intro = Check the details and confirm to get in line.
confirm-code = Your turn’s code
confirm-name = Name
confirm-body = Body
confirm-branch = Branch
confirm-service = Service
confirm-button = Confirm
confirm-cancel = Cancel

## Waiting

waiting-title = Waiting room
waiting-your-turn = Your turn
waiting-position-value = { $position ->
    [1] You are next
   *[other] Number { $position } in line
  }
waiting-live = { $position ->
    [1] You are next in line.
   *[other] Your place in line is number { $position }.
  }
waiting-next = Next turn to be called
waiting-desk = Desk
waiting-no-desk = –
waiting-operators = { $count ->
    [0] No operator is attending this service at this moment. Your place is kept.
    [one] 1 operator is attending this service.
   *[other] { $count } operators are attending this service.
  }
waiting-how = The call begins on this page. You can look at another tab: we will call you with a sound and in the title. If you reload the page, you keep your place.
waiting-preview = Nobody sees or hears you yet
waiting-preview-hide = Hide my camera
waiting-preview-show = Show my camera
leave = Leave
leave-title = Do you want to leave the line?
leave-text = You will lose your place and your turn.
leave-yes = Yes, leave
leave-no = No, keep waiting

## Assigned

assigned-title = An operator has been assigned to you
assigned-operator = Operator
assigned-number = Identification number
assigned-desk = Desk
notice-title = About the recording
notice-version = Version of the text: { $version }
accept = Accept and join the video call
abandon = Leave
abandon-title = Do you want to leave?
abandon-remark = Remarks (if you leave)
abandon-remark-hint = Optional. The operator will read them.
abandon-remark-long = Remarks can have up to { $max } letters
accepted-title = You accepted the video call
accepted-text = The operator is about to start the call. Wait on this page.
called-title = Wait to be let in
called-text = { $name } knows that you are here and will let you in.

## Call

call-title = Video call
call-controls = Call controls
call-hang-up = Hang up
call-with = You are talking with { $name }

## Interrupted

interrupted-title = Your turn { $code }
interrupted-text = The video call has ended. If the operator ended it, you may be attended again; if not, you can finish your turn.
interrupted-attended = You are being attended by one of our representatives.
interrupted-return = Return to the call
interrupted-after = You will enter the video call again and must wait for the operator to take it up.
interrupted-finish = Finish my turn
interrupted-lost = The connection of the video call was lost. It comes back by itself as soon as the line does.
finish-title = Do you want to finish your turn?
finish-text = The visit ends and you will not be able to return to the call.
finish-yes = Yes, finish my turn
finish-no = No, go back

## After

ended-title = The video call is over
ended-text = { $name } is noting the result. You can close this page now.
closed-title = Your visit is over
closed-text = Thank you. If you need anything else, you can take another turn.
closed-code = Your turn’s code
abandoned-title = You left
abandoned-text = Your place in line is free again. You can take another turn if you wish.
expired-title = Today’s service has ended
expired-text = The service closed before your turn came. We are sorry for the wait. You can take another turn during service hours.
again = Take another turn

## Elsewhere

elsewhere-title = There is already a session on another device
elsewhere-text = While you are signed in on one device, you cannot sign in on another. Go on at the device or tab where you began, or press “Move here”: you go on here, and it closes there.
elsewhere-button = Move here
replaced-title = You go on somewhere else
replaced-text = Your turn was opened in another tab or on another device, or the session has ended. You can bring it back here if it is the same browser.
replaced-button = Move here
move = Go on on another device
move-text = Point your phone’s camera at this code, or open the link on the other device. It works once, for five minutes. When it opens there, it closes here; your turn and the call go on.
move-making = Preparing the link…
move-qr = QR code to go on on another device
move_here-title = Go on with your turn here?
move_here-text = You opened a link that brings your turn to this device. On the other one it closes. If you did not ask for it, close this page.
move_here-button = Go on here
move_other-title = There is another turn in this browser
move_other-text = Finish that turn first, or open the link in another browser or on another device.
move_other-button = Go to that turn
move_over-title = The link no longer works
move_over-text = It works once, for five minutes. Ask for another one on the device where you began: “Go on on another device”.
move_over-button = Go to the start

## Attention from another tab

alert-assigned = An operator is ready for you
alert-called = You are about to be let in
alert-call = You are in the call
recording-failed-help = There is a problem with the recording. You can go on talking.

## Asked by the operator, and the camera

call-camera-mandatory = Your camera is not seen: remember that it is mandatory.
document-title = The operator wants to see your document
document-text = Hold the document before the camera until it fills the frame, and keep it still.
document-own = What your camera sees, not mirrored
document-light = If it shines, tilt it a little or move it away from the lamp.
document-focus = If it is blurred, move it back a few centimetres and wait for the camera to focus.
document-blur = While the operator looks at your document, the background is not blurred. The blur comes back afterwards.
document-background = If you use a virtual background, remove it: it may hide the document.
document-taking = A picture is being taken. Do not move the document.
document-taken = Done: the operator has the picture of your document. It is kept with the record.
document-failed = The picture could not be sent. The operator can ask for it again.
