### Words of the office's desks: compliance today.

product-office = Office
sign-in-title = Office sign-in
later-title = This desk comes later
later-text = Your account is valid, but this version has no screens for your role yet: { $role }.
later-compliance = The compliance desk works today.
later-operator = Operators sign in at their own console.
role-operator-account = operator
role-supervisor = supervision
role-compliance = compliance
role-editor = content editing
role-admin = administration
nav = Sections
nav-search = Find recordings
nav-access = Access log

## Search

search-title = Find recordings
search-intro = Every search, opening and playback is logged with your account and the reason.
search-reason = Reason
search-reason-hint = Required. For example: complaint by the person attended, file 123
search-reason-short = Give the reason in at least { $min } letters
search-reason-long = The reason can have up to { $max } letters
search-code = Code
search-code-hint = Turn’s code or display code, for example A1. Empty: any
search-from = From day
search-to = To day
search-code-wrong = The code must be like 10357MY3DPHL or like A1
search-days-wrong = The first day cannot be after the last
search-button = Search
results-title = Results
results-count = { $count ->
    [0] No visits found
    [one] 1 visit
   *[other] { $count } visits
  }
results-more = There are more: narrow the search.
results-caption = Visits found
column-taken = Date and time
column-code = Turn
column-service = Service
column-operator = Operator
column-result = Result
column-recorded = Recorded
column-open = Open
result-none = Not closed
not-recorded = Not recorded
open-record = Open
open-record-code = Open visit { $code }
open-title = Open visit { $code }
open-button = Open

## Record

record-title = Visit { $code }
record-back = Back to the results
who-title = People
who-citizen = Citizen
who-document = Document
who-operator = Operator
who-guest = { $role }, guest
who-never = Never accepted the notice: did not come in
who-service = Service
who-code = Turn’s code
who-taken = Turn taken
who-result = Result
who-notes = Operator’s notes
who-remark = Citizen’s remarks
none-written = None
acceptances-title = Acceptance of the notice
acceptances-none = No acceptance is on record.
acceptance-by = Accepted by { $name } on { $at }
acceptance-version = Version { $version }, language { $language }
acceptance-hash = SHA-256 hash of the text
events-title = What happened
chat-title = Chat
chat-not-kept = { $count ->
    [0] No messages were written.
    [one] 1 message was written, which the service’s policy does not keep.
   *[other] { $count } messages were written, which the service’s policy does not keep.
  }
integrity-intact = The hash chain is whole: { $count ->
    [one] 1 block verified
   *[other] { $count } blocks verified
  }.
integrity-broken = The hash chain is broken after { $count ->
    [one] 1 block verified
   *[other] { $count } blocks verified
  }.
integrity-empty = There are no recorded blocks to verify.

## Player

player-title = Recording
player-none = This visit has no recording.
player-preparing = The recording is being prepared. Open it again in a few seconds.
player-play = Play
player-pause = Pause
player-position = Position
player-position-text = { $position } of { $length }
player-back = Back 10 seconds
player-forward = Forward 10 seconds
player-interval = Interval { $number }
player-track = { $role } { $name }
player-track-away = No recording of this person at this moment
player-gaps = { $time } are missing in this track (loss or overload)
player-no-gaps = Nothing missing in this track
player-failed = This track could not be played.
player-at = At { $at }

## Access log

access-title = Access log
access-caption = Who searched, opened and played, newest first
access-none = No access yet.
access-at = Date and time
access-account = Account
access-action = Action
access-record = Visit
access-reason = Reason
access-nothing = –
access-search = Searched
access-open = Opened
access-play = Played
access-file = Opened a file

## What happened, by the names of the facts

event-turn_taken = Took the turn
event-notice_accepted = Accepted the recording notice
event-confirmed = Confirmed the turn and got in line
event-assigned = An operator was assigned
event-place_restored = Got the place in line back: the operator was lost
event-entered = Pressed accept and join the video call
event-started = The operator started the video call
event-called = Waited to be let in
event-admitted = Was let into the video call
event-interrupted = The video call was interrupted
event-returned = Returned to the call
event-resumed = The video call went on
event-extended = The operator extended the time of the call
event-meeting_ended = The meeting was ended for everyone
event-abandoned_after_assignment = Left after assignment
event-closed = The operator noted the result
event-abandoned = Left
event-expired = The service closed before the turn came
event-forgotten = The turn can no longer be opened in the browser
event-line_lost = The person’s connection was lost
event-line_back = The person’s connection came back
event-recording_started = Recording began
event-recording_stopped = Recording stopped
event-recording_failed = Recording failed; it is tried again
event-chat_sent = A chat message was sent
event-file_kept = A file was kept
event-line_judged = The quality of a connection changed
event-guest_invited = A third party was invited
event-guest_accepted = A guest accepted the recording notice
event-guest_admitted = A guest was let in
event-guest_sent_back = A guest was sent back to wait
event-guest_left = A guest left
event-guest_removed = A guest was removed
event-of = { $event }: { $who }
line-event = Connection of the { $who }: { $what }, { $how }
line-who-citizen = citizen
line-who-operator = operator
line-who-companion = companion
line-who-interpreter = interpreter
line-who-representative = representative
line-what-voice_up = voice sent
line-what-voice_down = voice received
line-what-picture_up = picture sent
line-what-picture_down = picture received
line-what-line = signal
line-how-stable = stable again
line-how-unstable = unstable
line-how-critical = very unstable
player-marks = Changes of the connections in this part of the call
player-mark = { $position } · { $what }
event-other = Another fact: { $kind }
player-by-phone = By phone: { $title }
