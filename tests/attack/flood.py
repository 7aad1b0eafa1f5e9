"""A flood of bad sign-ins from a process of its own: so many at once, until all are answered or the pipe is closed."""

from __future__ import annotations

import asyncio
import re
import sys

import httpx


async def flood(address: str, many: int, logins: str) -> None:
    limits = httpx.Limits(max_connections=many)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as http:
        page = await http.get("/desk/sign-in")
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
        assert token
        home = {"Origin": address}

        async def bad(number: int) -> int:
            login = f"nobody{number}" if logins == "many" else logins
            form = {"csrf": token[1], "login": login, "password": f"wrong wrong {number}"}
            return (await http.post("/desk/sign-in", data=form, headers=home)).status_code

        tasks = [asyncio.create_task(bad(number)) for number in range(many)]
        await asyncio.sleep(0.5)
        print("begun", flush=True)
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        print(len(answers), flush=True)


if __name__ == "__main__":
    asyncio.run(flood(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
