"""`dayloom chat`: talking in the terminal, cards and week tables included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dayloom.cli.beginning import begin_thread, continue_thread
from dayloom.cli.card_prompt import Ask, line_reader
from dayloom.cli.errors import report_errors
from dayloom.cli.feedback import load_offers, take_up
from dayloom.cli.files import Beginning, Request
from dayloom.cli.progress import Progress
from dayloom.cli.report import ExitCode, of_turn
from dayloom.cli.session import Session, open_session
from dayloom.cli.show import note_outdated, show_draft
from dayloom.cli.terminal import Terminal, program
from dayloom.cli.turn import Cards, answer_cards, show_changes
from dayloom.traces.feedback import says_remember
from dayloom.wiring import new_thread_id
from graph.agent import Turn
from prompts.wording import locale_of
from state.errors import DayloomError, UnknownThread
from state.ids import ThreadId
from state.when import Locale


@report_errors
def chat(screen: Terminal, *, request: Request, thread: str | None) -> ExitCode:
    """Talk until the person ends it; lines come from the terminal, or from a pipe without any prompt."""
    with open_session(screen) as session:
        name = ThreadId(thread or new_thread_id())
        locale = session.state(name).locale if thread else session.settings.locale or Locale.EN
        progress = Progress(screen, locale, screen.out, final=True)
        beginning = None if thread else begin_thread(session, request)
        if thread and (request.has_files or request.has_week):
            beginning = continue_thread(session, name, request, progress)
        conversation = _Chat(session, name, progress, line_reader(screen), beginning)
        screen.note(progress.labels.chat, "dim")
        conversation.enter()
        while conversation.go_on():
            pass
        return conversation.say_where()


@dataclass
class _Chat:
    """One conversation at one terminal; `beginning` is what its next message comes with."""

    session: Session
    thread: ThreadId
    progress: Progress
    read: Ask
    beginning: Beginning | None
    offered: set[str] = field(default_factory=set[str])
    """Declined cards whose reason was offered to be remembered."""

    def enter(self) -> None:
        """Finish a run that was cut off, and come back to an open card."""
        self.offered = {offer.card for offer in load_offers(self.session, self.thread)}
        self._attempt(lambda: self.session.carry_on(self.thread, self.progress) or self._at_card())
        if turn := self._last_turn():
            note_outdated(self.session.terminal, turn.state, self.session.outdated(turn))

    def go_on(self) -> bool:
        """Take one message; False when the person has ended the session."""
        try:
            message = self.ask(self.progress.labels.reply).strip()
        except EOFError:
            return False
        except KeyboardInterrupt:
            self.session.terminal.err.print()
            return True
        if message:
            if self.session.settings.locale is None:
                self.progress.locale = locale_of(message)
            beginning, self.beginning = self.beginning, None
            self._attempt(lambda: self.session.turn(self.thread, message, self.progress, beginning))
        return True

    def ask(self, prompt: str) -> str:
        """Return the next line that is meant for the agent; raises EOFError at the end of the session."""
        self._attempt(self._offer)
        while self._obey(line := self.read(prompt)):
            pass
        return line

    def _obey(self, line: str) -> bool:
        """Do what the chat itself is told; False for what is meant for the agent."""
        match line.rstrip():
            case "/quit" | "/exit":
                raise EOFError
            case "/show":
                if turn := self._last_turn():
                    show_draft(self.session.terminal, turn.state)
            case "/help":
                self.session.terminal.note(self.progress.labels.chat)
            case command if command.startswith("/"):
                self.session.terminal.note(self.progress.labels.no_command.format(command=command))
            case words if says_remember(words) and (offers := load_offers(self.session, self.thread)):
                self._attempt(lambda: take_up(self.session, self.thread, offers[-1], self.progress.labels))
            case _:
                return False
        return True

    def say_where(self) -> ExitCode:
        """Say where the conversation can be found again."""
        turn = self._last_turn()
        if turn is None:
            return ExitCode.DONE
        self.session.terminal.tell(self.progress.labels.where.format(program=program(), thread=self.thread), "dim")
        return ExitCode.DONE if turn.interrupt is None else ExitCode.WAITING

    def _attempt(self, run: Callable[[], Turn | None]) -> None:
        """Carry a run through its cards; whatever goes wrong is told, and the session goes on."""
        try:
            turn = run()
            if turn is not None:
                turn = answer_cards(self.session, turn, self.progress, Cards.ASK, self.ask)
                self.progress.locale = turn.state.locale
                show_changes(self.session.terminal, of_turn(turn))
        except KeyboardInterrupt:
            self.session.terminal.note(self.progress.labels.stopped, "yellow")
        except DayloomError as error:
            self.session.terminal.note(str(error), "red")

    def _offer(self) -> None:
        """Offer to remember why the person has declined a card just now."""
        new = [offer for offer in load_offers(self.session, self.thread) if offer.card not in self.offered]
        self.offered |= {offer.card for offer in new}
        if new:
            self.session.terminal.note(self.progress.labels.offer.format(reason=new[-1].text), "cyan")

    def _at_card(self) -> Turn | None:
        turn = self._last_turn()
        return turn if turn is not None and turn.interrupt is not None else None

    def _last_turn(self) -> Turn | None:
        try:
            return self.session.last_turn(self.thread)
        except UnknownThread:
            return None
