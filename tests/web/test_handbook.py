"""``/handbook``: the office prints it, others do not."""

from apiflask import APIFlask

from tests.web.browsing import sign_in


def test_one_chapter_comes_as_pdf_and_only_to_the_office(app: APIFlask) -> None:
    client = app.test_client()
    answer = sign_in(client, "zhuren").get("/handbook/visitor")

    assert answer.data.startswith(b"%PDF-")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get("/handbook/nowhere").status_code == 404
    assert sign_in(app.test_client(), "xxb1").get("/handbook/visitor").status_code == 403
