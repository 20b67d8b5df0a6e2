### What a second machine shows: the operator’s call on another computer than his console.

product-machine = Second computer
entering-title = Opening this computer
code-title = Join this computer
code-text = Type the code that the first computer shows. This one takes its place in the call: if the code is not yours, close this page.
code-label = Code
code-hint = Nine digits, for example 019 450 730
code-missing = Type the nine digits of the code
code-button = Join this computer
owner = Operator: { $name } · { $number } · { $desk }
idle-title = The call will be on this computer
idle-text = When you start a visit on the console, camera, microphone and sound are used here. There is nothing to press.
started-title = The room is open
started-text = The citizen has not come yet.
awaited = Somebody waits to come in: admit them on the console.
call-title = Video call
call-controls = Controls of the call
call-away = The citizen has left the call. Away for:
recording-failed-help = The recording failed by a fault of ours. It is tried again every 30 seconds.
give-back = Give the call back to the console
give-back-title = Give the call back to the console?
give-back-text = Camera, microphone and sound go to the console. To come back to this computer takes another code.
give-back-yes = Yes, give it back
give-back-no = No, go on here
left-title = This computer no longer has the call
left-text = The call went back to the console, the session ended, or this page was opened in another tab.
left-button = Try again here
