"""How a case reaches the city (受付方法)."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How the case reached the city (R3)."""

    COUNTER = "counter"
    POST = "post"
    EX_OFFICIO = "ex_officio"
    PHONE = "phone"
    ONLINE = "online"

    @property
    def books(self) -> bool:
        """Whether it is an appointment: the case is prepared before the visitor comes to the counter."""
        return self in {Channel.PHONE, Channel.ONLINE}

    @property
    def counts_as(self) -> Channel:
        """The channel whose fees, forms and limits hold: a booking is served at the counter."""
        return Channel.COUNTER if self.books else self


CHANNEL_LABELS: dict[Channel, str] = {
    Channel.COUNTER: "窓口",
    Channel.POST: "郵送",
    Channel.EX_OFFICIO: "職権",
    Channel.PHONE: "電話予約",
    Channel.ONLINE: "オンライン予約",
}
