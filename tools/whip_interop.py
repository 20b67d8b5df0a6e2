#!/usr/bin/env python3
"""WHIP and WHEP against a running demo (`make demo`), with aiortc as an independent client.

    python3 -m venv env && env/bin/pip install aiortc aiohttp
    env/bin/python tools/whip_interop.py http://127.0.0.1:8080

Drives one visit by the ordinary protocol (docs/protocol.md), publishes as the citizen by WHIP and receives as the operator by
WHEP. Checks that nothing flows before the citizen is admitted, that voice and picture flow then, that ICE restarts by PATCH,
that errors are problem+json, and that DELETE ends it. Exits with 1 at the first thing that is not so.
"""
import asyncio
import json
import sys

import aiohttp
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

ORIGIN = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
PATIENCE_S = 40
ON = {"camera": "on", "microphone": "on"}


def check(holds, what):
    print(("ok   " if holds else "FAIL ") + what, flush=True)
    if not holds:
        sys.exit(1)


class Person:
    """A WebSocket of a citizen or an operator."""

    def __init__(self, http, app, token):
        self.http, self.app, self.token, self.view = http, app, token, None

    async def open(self):
        headers = {"Origin": ORIGIN, "Cookie": f"ventanilla_{self.app}={self.token}"}
        self.socket = await self.http.ws_connect(f"{ORIGIN}/ws/{self.app}", headers=headers)
        device = f"interop{self.app:0<12}"[:20]
        await self.say(type="hello", version=1, device=device, language="es-AR")
        self.reader = asyncio.create_task(self.read())

    async def say(self, **message):
        await self.socket.send_str(json.dumps(message))

    async def read(self):
        async for message in self.socket:
            said = json.loads(message.data)
            if said["type"] in ("visit", "console"):
                self.view = said["view"]
            if said["type"] == "refused":
                print("refused:", said, flush=True)

    async def until(self, *states):
        for _ in range(PATIENCE_S * 10):
            if self.view and self.view["step"]["state"] in states:
                return self.view["step"]
            await asyncio.sleep(0.1)
        check(False, f"{self.app} comes to {states}, is at {self.view and self.view['step']}")


async def post(http, path, **body):
    async with http.post(ORIGIN + path, json=body, headers={"Origin": ORIGIN}) as answer:
        cookie = next(iter(answer.cookies.values())).value if answer.cookies else None
        return answer.status, cookie, await answer.json()


async def program(http, path, app, session):
    """The token for a program in this person's place."""
    headers = {"Origin": ORIGIN, "Cookie": f"ventanilla_{app}={session}"}
    async with http.post(ORIGIN + path, headers=headers) as answer:
        check(answer.status == 201, f"a token for a program of the {app}: {answer.status}")
        return (await answer.json())["token"]


async def negotiate(http, kind, peer, token):
    await peer.setLocalDescription(await peer.createOffer())
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    async with http.post(f"{ORIGIN}/{kind}", data=peer.localDescription.sdp, headers=headers) as answer:
        text = await answer.text()
        check(answer.status == 201, f"{kind}: 201 ({answer.status} {text[:200] if answer.status != 201 else ''})")
        check(answer.headers["Content-Type"] == "application/sdp", f"{kind}: an SDP answer")
        await peer.setRemoteDescription(RTCSessionDescription(text, "answer"))
        return answer.headers["Location"], answer.headers["ETag"], text


def counting(peer):
    """Counts the frames that arrive, by kind."""
    counts = {"audio": 0, "video": 0}

    async def drain(track):
        try:
            while True:
                await track.recv()
                counts[track.kind] += 1
        except Exception:  # the track has ended
            pass

    tasks = []
    peer.on("track", lambda track: tasks.append(asyncio.ensure_future(drain(track))))
    return counts


async def flows(counts, what):
    before = dict(counts)
    for _ in range(PATIENCE_S * 10):
        if counts["audio"] > before["audio"] + 40 and counts["video"] > before["video"] + 20:
            return check(True, f"{what}: {counts}")
        await asyncio.sleep(0.1)
    check(False, f"{what}: {before} then {counts}")


async def problems(http, token, session):
    for headers, body, status, what in [
        ({"Content-Type": "application/sdp"}, "v=0", 401, "no token"),
        ({"Authorization": f"Bearer {session}", "Content-Type": "application/sdp"}, "v=0", 401, "a session, which is no token"),
        ({"Authorization": "Bearer x", "Content-Type": "application/sdp"}, "v=0", 401, "a token of nobody"),
        ({"Authorization": f"Bearer {token}", "Content-Type": "text/plain"}, "v=0", 415, "another content type"),
        ({"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}, "v=0", 422, "an offer of one line"),
        ({"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}, "v" * 200_000, 413, "an offer that is too long"),
    ]:
        async with http.post(f"{ORIGIN}/whip", data=body, headers=headers) as answer:
            problem = json.loads(await answer.text())
            right = answer.status == status and answer.headers["Content-Type"] == "application/problem+json"
            check(right, f"{what}: {answer.status} {problem}")


async def restart(http, location, etag, token, answer):
    authorised = {"Authorization": f"Bearer {token}"}
    fragment = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
    kind = {"Content-Type": "application/trickle-ice-sdpfrag"}
    for condition, status in [(etag, 204), ('"another"', 412), (None, 428), ("*", 200), (etag, 412)]:
        headers = authorised | kind | ({"If-Match": condition} if condition else {})
        async with http.patch(ORIGIN + location, data=fragment, headers=headers) as changed:
            text = await changed.text()
            check(changed.status == status, f"PATCH with If-Match {condition}: {changed.status}")
            if condition == "*":
                own = [line for line in answer.splitlines() if line.startswith("a=ice-pwd")]
                check("a=ice-ufrag:" in text and own[0] not in text, "a restart has new credentials")


async def ends(http, location, token, other):
    for bearer, status in [(other, 404), (token, 200), (token, 404)]:
        async with http.delete(ORIGIN + location, headers={"Authorization": f"Bearer {bearer}"}) as answer:
            check(answer.status == status, f"DELETE: {answer.status}")


async def main():
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        _, operators, _ = await post(http, "/api/operator/session", account="operador1", password="demo-operador1")
        turn = dict(office=1, service=1, name="Sala de reuniones", document="20.345.678", language="es-AR")
        _, citizens, _ = await post(http, "/api/visits", **turn)
        operator, citizen = Person(http, "operator", operators), Person(http, "citizen", citizens)
        await operator.open()
        await citizen.open()
        await operator.until("inactive", "seeking", "off")
        await operator.say(type="set_available", service=1, available=True)
        await operator.say(type="seek")
        await citizen.say(type="confirm", devices=ON)
        assigned = await citizen.until("assigned")
        await citizen.say(type="accept_notice", sha256=assigned["notice"]["sha256"])
        await operator.say(type="start")
        await citizen.until("called")

        sends = await program(http, "/api/visits/mine/program", "citizen", citizens)
        watches = await program(http, "/api/operator/program", "operator", operators)
        check(citizens not in sends and operators not in watches, "a token tells no session")
        await problems(http, sends, citizens)
        publisher, receiver = RTCPeerConnection(), RTCPeerConnection()
        publisher.addTrack(AudioStreamTrack())
        publisher.addTrack(VideoStreamTrack())
        for kind in ("audio", "video"):
            receiver.addTransceiver(kind, direction="recvonly")
        counts = counting(receiver)
        location, etag, answer = await negotiate(http, "whip", publisher, sends)
        watching, _, _ = await negotiate(http, "whep", receiver, watches)
        await asyncio.sleep(4)
        check(counts["video"] == 0, f"nothing is seen before admission: {counts}")

        await operator.say(type="admit", participant=1)
        await citizen.until("in_call")
        await flows(counts, "voice and picture from WHIP to WHEP")
        check(citizen.view["step"]["recording"], "it is recorded, by the same rules")
        await restart(http, location, etag, sends, answer)
        await ends(http, location, sends, watches)
        await ends(http, watching, watches, sends)
        for peer in (publisher, receiver):
            await peer.close()
        await operator.say(type="end_meeting")
        await operator.until("wrap_up")
        await operator.say(type="close", result="success", notes="", then="interrupt")
        await citizen.until("closed")
        for person in (operator, citizen):
            await person.socket.close()


asyncio.run(main())
