"""The command line. Each command imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.privacy import privacy
from bot.cli.refusals import or_explain as _or_explain
from bot.cli.report import reports
from bot.cli.users import users
from bot.cli.webhooks import webhooks

app = typer.Typer(
    name="amends",
    help="Takes complaints in a chat.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
playbooks = typer.Typer(help="Look at a playbook.", no_args_is_help=True)
tokens = typer.Typer(help="Tokens for the HTTP API.", no_args_is_help=True)
audit = typer.Typer(help="The audit trail.", no_args_is_help=True)
app.add_typer(playbooks, name="playbook")
app.add_typer(tokens, name="token")
quarantine = typer.Typer(help="Turns that were set aside.", no_args_is_help=True)
app.add_typer(audit, name="audit")
app.add_typer(quarantine, name="quarantine")
links = typer.Typer(help="Links that open the bot's chat on Telegram.", no_args_is_help=True)
app.add_typer(links, name="link")
keys = typer.Typer(help="The secret keys.", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.add_typer(users, name="user")
app.add_typer(webhooks, name="webhooks")
app.add_typer(reports, name="report")
app.add_typer(privacy, name="privacy")
nlu = typer.Typer(help="Understanding: train, measure, go back.", no_args_is_help=True)
app.add_typer(nlu, name="nlu")

Host = Annotated[str | None, typer.Option(help="Address to listen on; else AMENDS_HOST.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; else AMENDS_PORT.")]
Where = Annotated[str | None, typer.Argument(help="Name or folder of a playbook; else AMENDS_PLAYBOOK.")]


@app.command()
def serve(host: Host = None, port: Port = None) -> None:
    """Serve the customer's page, the widget, the HTTP channel and the API."""
    from bot.serving import serve as run
    from bot.settings import load_settings

    _or_explain(lambda: run(load_settings(host=host, port=port)))


@app.command()
def demo(
    host: Host = None,
    port: Port = None,
    data: Annotated[Path | None, typer.Option(help="Folder to use; else var/demo, made anew.")] = None,
    speed: Annotated[float, typer.Option(min=1, max=10080, help="How fast its clock runs.")] = 1,
) -> None:
    """Serve a demonstration: an embedded database, the default playbook and a few seeded cases."""
    from bot.commands.demo import run

    _or_explain(lambda: run(host, port, data, speed))


@app.command()
def talk(lang: Annotated[str, typer.Option(help="Language to begin in, as zh or en.")] = "") -> None:
    """Chat in the terminal. Comes back to the same chat the next time."""
    from bot.commands.talk import run
    from bot.settings import load_settings

    _or_explain(lambda: run(load_settings(), lang))


@app.command()
def understand(
    playbook: Annotated[str | None, typer.Option(help="Name or folder of a playbook; else AMENDS_PLAYBOOK.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add which words and rules decided.")] = False,
) -> None:
    """Read JSON lines {"text", "now"?, "timezone"?, "region"?} and write what is understood, a line each."""
    from bot.commands.understand import run
    from bot.settings import load_settings

    if not _or_explain(lambda: run(load_settings(), _playbook(playbook), explain)):
        raise typer.Exit(1)


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from bot.commands.upkeep import migrate as run
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(run(load_settings())))


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Put secret.key of the data folder into it too.")
    ] = False,
) -> None:
    """Copy everything on file into a folder, while it is served."""
    from bot.commands.backup import backup as run
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(run(load_settings(), to, with_key=with_key)))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="A folder that backup made.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Put it in the place of what is there.")] = False,
) -> None:
    """Bring a backup back, into an empty data folder or an empty PostgreSQL database."""
    from bot.commands.backup import restore as run
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(run(load_settings(), source, over=overwrite)))


@app.command()
def doctor() -> None:
    """Say what is configured, reachable and unsafe. Exit code 1 when something is wrong."""
    from bot.doctor.report import examine, table
    from bot.settings import load_settings

    findings = examine(_or_explain(load_settings))
    typer.echo(table(findings))
    if any(not finding.well for finding in findings):
        raise typer.Exit(1)


@playbooks.command()
def check(where: Where = None) -> None:
    """Check a playbook: each problem with its file, line and remedy."""
    from bot.commands.upkeep import check_playbook

    _or_explain(lambda: typer.echo(check_playbook(_playbook(where))))


@playbooks.command()
def new(
    name: Annotated[str, typer.Argument(help="What it is called, and its folder: bank, say.")],
    into: Annotated[Path, typer.Option(help="Where the folder is made.")] = Path(),
) -> None:
    """Begin a playbook for another trade: a small folder, whole and valid, in English and Chinese."""
    from bot.commands.new_playbook import new_playbook

    _or_explain(lambda: typer.echo(new_playbook(name, into)))


@playbooks.command()
def schema() -> None:
    """Print the JSON Schema of playbook.yml, for editors."""
    from bot.commands.upkeep import playbook_schema

    typer.echo(playbook_schema())


@playbooks.command()
def graph(where: Where = None) -> None:
    """Print what each category asks, in order, as a Mermaid diagram."""
    from bot.commands.upkeep import playbook_graph

    _or_explain(lambda: typer.echo(playbook_graph(_playbook(where))))


@playbooks.command("compare")
def compare_versions(
    old: Annotated[str, typer.Argument(help="The version before: its first digits, or a playbook's name or folder.")],
    new: Annotated[str, typer.Argument(help="The version after.")],
) -> None:
    """Say whether a change of the playbook helped: each share before and after, with its intervals and a verdict."""
    from bot.commands.compare import compare_playbooks
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(compare_playbooks(load_settings(), old, new)))


@playbooks.command("simulate")
def simulate_new(
    new: Annotated[str, typer.Argument(help="Name or folder of the playbook to try.")],
    first: Annotated[str, typer.Option("--from", help="The first day, as 2026-11-01; else four weeks back.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day; else today.")] = "",
) -> None:
    """Say what a playbook would have made of past cases: teams, priorities, promised times, questions."""
    from bot.commands.simulate import simulate_playbook
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(simulate_playbook(load_settings(), new, first, last)))


@tokens.command("create")
def token_create(
    name: Annotated[str, typer.Argument(help="Whose token it is, for the list.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="chat, read, write, metrics or admin; may be repeated. None: read.")
    ] = None,
    expires: Annotated[str, typer.Option(help="After how long, as 90d, 12h or 30m. None: never.")] = "",
) -> None:
    """Make a token and print it; it is shown only this once."""
    from bot.commands.tokens import create
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(create(load_settings(), name, scope or (), expires)))


@tokens.command("list")
def token_list() -> None:
    """List the tokens by name; never the tokens themselves."""
    from bot.commands.tokens import listed
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(listed(load_settings())))


@tokens.command("revoke")
def token_revoke(name: Annotated[str, typer.Argument(help="Name of the token.")]) -> None:
    """Make a token worthless from now on."""
    from bot.commands.tokens import revoke
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(revoke(load_settings(), name)))


@audit.command("verify")
def audit_verify(
    head: Annotated[
        str, typer.Option(help="A head that was kept elsewhere, or a file of them: is this a later database?")
    ] = "",
    files: Annotated[bool, typer.Option("--files/--no-files", help="Read every file of the customers' too.")] = True,
) -> None:
    """Check that nobody has altered the audit trail, the records, the accounts or the files."""
    from bot.commands.upkeep import verify_audit
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(verify_audit(load_settings(), head, files)))


@audit.command("head")
def audit_head() -> None:
    """Print one line that stands for everything written until now; keep it elsewhere."""
    from bot.commands.upkeep import audit_head as run
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(run(load_settings())))


@keys.command("rotate")
def keys_rotate() -> None:
    """Make a new secret key; what older ones sealed stays valid."""
    from bot.keys import rotate
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(rotate(load_settings())))


@keys.command("callback")
def keys_callback() -> None:
    """Print the secret that REST callbacks are signed with."""
    from bot.keys import callback_secrets, keyring
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(callback_secrets(keyring(load_settings()))[0]))


@quarantine.command("list")
def quarantine_list() -> None:
    """List the turns that were set aside, without the customers' words."""
    from bot.commands.quarantine import list_set_aside
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(list_set_aside(load_settings())))


@quarantine.command("show")
def quarantine_show(event: Annotated[str, typer.Argument(help="Id of the event, as listed.")]) -> None:
    """Show an event that was set aside: the customer's words, and what went wrong."""
    from bot.commands.quarantine import show_set_aside
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(show_set_aside(load_settings(), event)))


@links.command("campaign")
def link_campaign(
    name: Annotated[str, typer.Argument(help="Name of the campaign, for the reports.")],
    days: Annotated[int, typer.Option(help="Days until it expires.", min=1, max=3650)] = 365,
) -> None:
    """Print a link that notes on each complaint what brought the customer here."""
    from bot.commands.links import create_link
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(create_link(load_settings(), "campaign", name, days)))


@links.command("order")
def link_order(
    number: Annotated[str, typer.Argument(help="The order's number.")],
    days: Annotated[int, typer.Option(help="Days until it expires.", min=1, max=3650)] = 90,
) -> None:
    """Print a link for one customer: their next complaint is about this order."""
    from bot.commands.links import create_link
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(create_link(load_settings(), "order", number, days)))


@nlu.command("train")
def nlu_train() -> None:
    """Train on the playbook's examples and the agents' corrections; put the model into use if it is better."""
    from bot.learning.training import WITH_DESK, train
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(train(load_settings(), WITH_DESK)))


@nlu.command("versions")
def nlu_versions() -> None:
    """List the trained models; the one in use bears a star."""
    from bot.commands.nlu import list_versions
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(list_versions(load_settings())))


@nlu.command("rollback")
def nlu_rollback(
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Instead, hear dangers and find facts without what was set right.")
    ] = False,
) -> None:
    """Return to the model that was in use before."""
    from bot.commands.nlu import forget_corrections, roll_back
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo((forget_corrections if corrections else roll_back)(load_settings())))


@nlu.command("label")
def nlu_label(
    texts: Annotated[Path, typer.Argument(help="File with customers' messages, one a line.")],
) -> None:
    """Have the language model propose labels for messages, and confirm them one by one, for training to learn from."""
    from bot.learning.labelling import label
    from bot.settings import load_settings

    _or_explain(lambda: typer.echo(label(load_settings(), texts)))


@nlu.command("evaluate")
def nlu_evaluate(
    train: Annotated[Path, typer.Option(help="CSV file with the columns text and label to learn from.")],
    test: Annotated[Path, typer.Option(help="CSV file to measure on; the label `oos` is out of scope.")],
    reject: Annotated[
        float, typer.Option(min=0.0, max=0.9, help="Share of in-scope texts that may be refused.")
    ] = 0.05,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train the classifier on one file of labelled texts and measure it on another."""
    from bot.commands.nlu import evaluate

    _or_explain(lambda: typer.echo(evaluate(train, test, reject, as_json)))


@app.callback(invoke_without_command=True)
def about(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"amends {installed('amends')}")
        raise typer.Exit


def main() -> None:
    """The console script `amends`."""
    app()


def _playbook(where: str | None) -> str:
    from bot.settings import load_settings

    return where or load_settings().playbook
