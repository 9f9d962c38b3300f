"""The pages as people use them: in Chromium, by keyboard, on a phone, in the dark and on paper, without scripts."""

import shutil

import pytest

from grader.batch import class_page
from grader.batch.store import GradedSubmission, Store
from grader.reports import submission_page

pytestmark = pytest.mark.slow

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
HARM = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e<svg onload=alert(3)>'
PHONE, DESK = 400, 1200


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: install Debian's `chromium`")
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture
def class_file(report, exercises, a_row, tmp_path):
    """A class of twelve with two hostile names, and with folded traces."""
    store = Store(tmp_path / "out")
    for number in range(12):
        steps = (a_row("(x**2).backward()", "wrong", 5, {"x.grad": [4.0]}, {"x.grad": [float(number // 2)]}),)
        own = report.results[1].model_copy(update={"steps": steps})
        results = [own if each.exercise == own.exercise else each for each in report.results]
        name = f"{number} {HARM}" if number % 6 == 0 else f"student {number}"
        store.save(GradedSubmission(name, "k", [(each, "k") for each in results], problem=HARM if number == 3 else ""))
    path = tmp_path / "report.html"
    with path.open("w", encoding="utf-8") as stream:
        class_page.write(store, exercises, report.run, stream)
    store.close()
    return path


@pytest.fixture
def submission_file(report, hostile_report, tmp_path):
    path = tmp_path / "submission.html"
    hostile = hostile_report(HARM).results
    path.write_text(submission_page.to_text(report.model_copy(update={"results": (*report.results, *hostile)})), encoding="utf-8")
    return path


@pytest.fixture(params=["class_file", "submission_file"])
def file(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def visit(chromium):
    """Open a page. Its requests, console messages and dialogs are in `page.heard`."""
    contexts = []

    def visit(path, width=DESK, scheme="light", **more):
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **more)
        contexts.append(context)
        page = context.new_page()
        page.heard = []
        page.on("request", lambda request: page.heard.append(request.url) if request.url != path.as_uri() else None)
        page.on("console", lambda message: page.heard.append(message.text))
        page.on("dialog", lambda dialog: (page.heard.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()


def focused(page):
    return page.locator(":focus").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_no_accessibility_problem(visit, file, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(file, width, scheme)
    for summary in page.locator("summary").all():
        summary.click()
    found = axe.run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_only_the_tables_and_drawings_are_wider_than_the_screen(visit, file, width):
    page = visit(file, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_text_of_a_student_runs_and_the_page_requests_nothing(visit, file):
    page = visit(file)
    assert "alert(2)" in page.inner_text("body")
    assert page.heard == []
    assert page.locator("script, img").count() == 0


def test_an_injected_script_does_not_run(visit, class_file):
    harmed = class_file.read_text(encoding="utf-8").replace("</main>", "<script>document.title = 'run'</script></main>")
    class_file.write_text(harmed, encoding="utf-8")
    page = visit(class_file)
    assert page.title() == "Class report"
    assert "Content Security Policy" in page.heard[0]


def test_the_page_applies_its_own_style(visit, file):
    assert visit(file).evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"


def test_the_keyboard_skips_to_the_results_and_past_the_table(visit, class_file):
    page = visit(class_file)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the results"
    assert page.locator(":focus").bounding_box()["x"] >= 0
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip the table"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "back to the class"


def test_the_keyboard_unfolds_the_rarer_traces(visit, class_file):
    page = visit(class_file, java_script_enabled=False)
    summary = page.locator("summary").first
    article = page.locator("details article").first
    assert not article.is_visible()
    summary.press("Enter")
    assert article.is_visible()


def test_a_link_to_a_folded_trace_unfolds_it(visit, class_file):
    page = visit(class_file, java_script_enabled=False)
    article = page.locator("details article").last
    anchor = article.get_attribute("id")
    page.locator(f".heat a[href='#{anchor}']").first.click()
    assert article.is_visible()


def test_the_dark_page_is_dark_and_paper_is_white(visit, file):
    page = visit(file, scheme="dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) == "rgb(20, 23, 28)"
    page.emulate_media(media="print")
    assert page.evaluate(colour) == "rgb(255, 255, 255)"


def test_the_whole_heatmap_is_on_paper(visit, class_file):
    page = visit(class_file)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.class')).overflow") == "visible"
    assert page.locator(".skip").first.is_hidden()
    assert page.pdf().startswith(b"%PDF")


def test_the_head_and_the_names_stay_visible_while_the_heatmap_scrolls(visit, class_file):
    page = visit(class_file, PHONE)
    page.set_viewport_size({"width": PHONE, "height": 400})
    page.evaluate("document.querySelector('.class').scrollTo(300, 200)")
    box = page.locator(".class").bounding_box()
    head, name = page.locator(".heat thead").bounding_box(), page.locator(".heat tbody th").first.bounding_box()
    assert abs(head["y"] - box["y"]) < 3
    assert abs(name["x"] - box["x"]) < 5
