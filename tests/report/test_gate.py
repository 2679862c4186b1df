"""The last gate: a number left in any file of a report stops its publication."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from nbformat import v4
from openpyxl.comments import Comment

from csqa.cli import main
from csqa.errors import ReportError
from csqa.report import run_report
from csqa.report.gate import require_masked
from csqa.report.gate_readers import read_page, read_places
from csqa.report.quarantine_masks import mask_cells, mask_quarantine
from csqa.show.record import record

Make = Callable[..., Path]
MOBILE, IDENTITY, CARD = "13812345678", "11010519491231002X", "4111111111111111"
SHARED_LEAK = "报告里还有个人信息，没有发布"
SAMPLE = Path(__file__).parents[2] / "reports" / "sample" / "monthly_diagnostic-2025-06"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return folder


def write_column(folder: Path, cells: list[str]) -> Path:
    path = folder / "a.csv"
    path.write_text("\n".join(["note", *cells]), "utf-8")
    return path


def refused(folder: Path) -> str:
    with pytest.raises(ReportError, match=SHARED_LEAK) as caught:
        require_masked(folder)
    told = str(caught.value)
    assert MOBILE not in told
    assert IDENTITY not in told
    assert CARD not in told
    return told


class TestPage:
    @pytest.mark.parametrize(
        "page",
        [
            f"<p>回电 {MOBILE}</p>",
            "<p>回电 138&#49;2345678</p>",
            "<p>回电 <mark>138</mark>1234<b>5678</b></p>",
            "<p>回电 138\u200b1234&#8206;5678</p>",
            f'<img alt="{MOBILE}" src="data:image/png;base64,AAAA">',
            f'<a href="tel:{MOBILE}">打电话</a>',
            f"<script>let phone = '{MOBILE}'</script>",
            f"<!-- {MOBILE} -->",
            f"<svg><text>{MOBILE}</text></svg>",
            f"<p>证件 {IDENTITY}</p>",
            f"<p>卡 {CARD}</p>",
            "<p>li.wei@example.com</p>",
            "<p>幺三八一二三四五六七八</p>",
        ],
    )
    def test_a_leak_is_found(self, page, tmp_path):
        assert "report.html 第 1 行" in refused(write(tmp_path, "report.html", page))

    @pytest.mark.parametrize(
        "page",
        [
            '<img src="data:image/png;base64,iVBOR13812345678AAAA13812345678=">',
            '<path d="M138 1234 5678 L13812345678 4"/>',
            "<p>0.13812345678，13812345678.5，2.4111111111111111</p>",
            "<td>138</td><td>1234</td><td>5678</td>",
            "<p>sha256 9f13812345678abc0013812345678bcdef00aa11bb22cc33dd44ee55ff667788</p>",
            "<p>id 550e8400-e29b-41d4-a716-138123456780</p>",
            "<p>订单号 13812345678，运单 13912345678</p>",
            "<p>共 13,812,345,678 秒；2025-06-01 09:30 至 2025-06-13 12:34:56</p>",
            "<p>[手机1] 打 400-123-4567 或 010-12345678</p>",
            "<p>4111111111111112 和 110105194912310021</p>",
            "<pre>1 3 8 1 2 3 4 5 6 7 8</pre>",
        ],
    )
    def test_no_false_alarm(self, page, tmp_path):
        require_masked(write(tmp_path, "report.html", page))

    def test_inline_elements_do_not_part_a_text(self):
        page = "<p>a<b>b</b>c</p><p>d</p>"
        assert [text for _, text in read_page(page)] == ["abc", "d"]


def test_a_pseudonym_beside_a_month_is_no_number(tmp_path):
    require_masked(write(tmp_path, "a.txt", "客服-017674（2025-06）"))


def test_a_list_of_units_is_no_number(tmp_path):
    """Eighteen digits of which the last fits as a check digit, but nobody's birthday."""
    require_masked(write(tmp_path, "a.txt", "62、65、68、69、70、72、73、74、75、76、9"))
    require_masked(write(tmp_path, "b.txt", "10、12、15、19、20、22、23、24、25、27、29"))


class TestOtherFiles:
    def test_tables(self, tmp_path):
        write(tmp_path, "tables/cases.csv", f"contact_id,text\nC1,好\nC2,找{MOBILE}\n")
        assert "tables/cases.csv 列 text 第 3 行：手机 138…" in refused(tmp_path)

    def test_a_column_of_phones_but_no_sums(self, tmp_path):
        sums = "metric,n,total,other\na,13812345678,1,13812345678\nb,3,2,5\nc,4,3,6\n"
        require_masked(write(tmp_path, "tables/measures.csv", sums))
        write(tmp_path, "tables/people.csv", f"who,phone\na,{MOBILE}\nb,13912345678\n")
        assert "列 phone" in refused(tmp_path)

    def test_a_number_among_words_is_one(self, tmp_path):
        path = write(tmp_path, "tables/a.csv", f"who,note\na,3\nb,急\nc,{MOBILE}\nd,4\ne,5\n")
        assert "tables/a.csv 列 note 第 4 行：手机 138…" in refused(path)
        require_masked(write(tmp_path, "tables/a.csv", "who,note\na,3\nb,急\nc,138.5\n"))

    @pytest.mark.parametrize("cell", [f"+86{MOBILE}", "138.1234.5678.", f"1.2.{MOBILE}"])
    def test_what_is_no_number_is_a_text(self, cell, tmp_path):
        told = [text for _, text in read_places(write_column(tmp_path, ["3", cell]))]
        assert told == ["表头", "note", "3", cell][1:]

    def test_ids_of_the_data_are_exempt_as_ids_alone(self, tmp_path):
        write(tmp_path, "tables/cases.csv", f"contact_id,agent_id\n{MOBILE},a.b@example.com\n")
        page = f"<td>{MOBILE}</td><td>a.b@example.com</td><p>会话 {MOBILE}</p>"
        require_masked(write(tmp_path, "report.html", page))
        refused(write(tmp_path, "report.html", f"<p>请回电{MOBILE}谢谢</p>"))

    def test_ids_with_letters_are_exempt_in_sentences(self, tmp_path):
        write(tmp_path, "tables/cases.csv", f"contact_id\nC{MOBILE}\n")
        require_masked(write(tmp_path, "report.html", f"<p>见 C{MOBILE} 一例</p>"))

    @pytest.mark.parametrize("header", ["customer_id", "客户编号", "手机号"])
    def test_ids_of_customers_are_not(self, header, tmp_path):
        refused(write(tmp_path, "tables/a.csv", f"{header}\n{MOBILE}\n"))

    def test_json(self, tmp_path):
        told = refused(write(tmp_path, "summary.json", json.dumps({"a": {"b": ["x", MOBILE]}})))
        assert "summary.json a.b[1]：手机 138…" in told

    def test_notebook(self, tmp_path):
        output = v4.new_output("stream", text=f"打{MOBILE}\n")
        page = v4.new_output("display_data", {"text/html": f"<b>138</b>{MOBILE[3:]}"})
        picture = v4.new_output("display_data", {"image/png": f"AA{MOBILE}+/=="})
        for cell in (
            v4.new_code_cell("1", outputs=[output]),
            v4.new_code_cell("1", outputs=[page]),
            v4.new_code_cell(f"x = '{MOBILE}'"),
            v4.new_markdown_cell(MOBILE),
        ):
            nbformat.write(v4.new_notebook(cells=[cell]), tmp_path / "report.ipynb")
            assert "report.ipynb cells[0]" in refused(tmp_path)
        nbformat.write(
            v4.new_notebook(cells=[v4.new_code_cell("1", outputs=[picture])]),
            tmp_path / "report.ipynb",
        )
        require_masked(tmp_path)

    @pytest.mark.parametrize("name", [f"{MOBILE}.txt", f"{MOBILE}/a.txt", f"{MOBILE}.png"])
    def test_names_of_files(self, name, tmp_path):
        told = refused(write(tmp_path, name, "好"))
        assert "文件名 138…" in told

    def test_workbook(self, tmp_path):
        def leak_in(change: Callable[[openpyxl.Workbook], None]) -> str:
            book = openpyxl.Workbook()
            book.active.append(["指标", "总和"])
            book.active.append(["好", 13812345678])
            book.active.append(["好", 2.5])
            path = tmp_path / "report.xlsx"
            book.save(path)
            require_masked(tmp_path)
            change(book)
            book.save(path)
            return refused(tmp_path)

        def comment(book: openpyxl.Workbook) -> None:
            book.active["A1"].comment = Comment(MOBILE, "csqa")

        def link(book: openpyxl.Workbook) -> None:
            book.active["A1"].hyperlink = f"https://example.com/?a=1&tel={MOBILE} {MOBILE}"

        assert "Sheet!B4" in leak_in(lambda book: book.active.append(["x", f"打{MOBILE}"]))
        assert "xl/workbook.xml" in leak_in(lambda book: setattr(book.active, "title", MOBILE))
        assert "comment" in leak_in(comment)
        leak_in(link)
        assert "docProps/core.xml" in leak_in(lambda b: setattr(b.properties, "title", MOBILE))

        def phones(book: openpyxl.Workbook) -> None:
            sheet = book.create_sheet("x")
            for cell in ("电话", 13812345678, 13912345678):
                sheet.append([cell])

        assert "x!A 电话" in leak_in(phones)

    def test_a_number_among_words_in_a_workbook(self, tmp_path):
        book = openpyxl.Workbook()
        for cell in ("备注", 3, 13812345678, 4, 5):
            book.active.append([cell])
        book.save(tmp_path / "a.xlsx")
        require_masked(tmp_path)
        book.active.append(["急"])
        book.save(tmp_path / "a.xlsx")
        assert "a.xlsx Sheet!A3：手机 138…" in refused(tmp_path)
        book.active.delete_rows(3)
        book.active["A7"] = MOBILE
        book.save(tmp_path / "a.xlsx")
        assert "a.xlsx Sheet!A7：手机 138…" in refused(tmp_path)

    def test_workbook_with_shared_texts(self, tmp_path):
        texts = f"<sst><si><r><t>打{MOBILE[:3]}</t></r><r><t>{MOBILE[3:]}</t></r></si></sst>"
        cells = '<c r="B7" t="s"><v>0</v></c><c r="C7" t="str"><v>a&amp;b</v></c>'
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as parts:
            parts.writestr("xl/workbook.xml", '<workbook><sheet name="一&amp;二"/></workbook>')
            parts.writestr("xl/sharedStrings.xml", texts)
            sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
            parts.writestr("xl/worksheets/sheet1.xml", sheet)
        assert "a.xlsx 一&二!B7：手机 138…" in refused(tmp_path)

    def test_many_places_are_counted(self, tmp_path):
        page = "".join(f"<p>138{i:08d}</p>\n" for i in range(30))
        told = refused(write(tmp_path, "report.html", page))
        assert "共 30 处" in told
        assert "另有 20 处" in told

    def test_the_sample_report_passes(self):
        require_masked(SAMPLE)


class TestRecord:
    def test_texts_are_masked_and_ids_stay(self):
        cases = pd.DataFrame(
            {
                "contact_id": ["13912345678", "C2"],
                "customer_id": [MOBILE, "u2"],
                "text": [f"打{MOBILE}", "已是 [手机4]"],
                "n": [1, 2],
                "lines": [[MOBILE], []],
            }
        )
        told = record({"cases": cases}, {"headline": f"{MOBILE} 来电"}, {"file": f"{MOBILE}.csv"})
        masked = told.tables["cases"]
        assert masked["contact_id"].tolist() == ["13912345678", "C2"]
        assert masked["customer_id"].tolist() == ["[手机5]", "u2"]
        assert masked["text"].tolist() == ["打[手机5]", "已是 [手机4]"]
        assert masked["lines"].tolist() == [["[手机5]"], []]
        assert told.summary == {"headline": "[手机5] 来电"}
        assert told.manifest == {"file": "[手机5].csv"}
        assert cases["text"].tolist()[0] == f"打{MOBILE}"

    NOTES = pd.DataFrame(
        {
            "contact_id": ["13912345678", "C2", "C3"],
            "note": ["收货人：李四，座机010-87654321", "见 13912345678 的车粤B12345", None],
            "reason": ["加V：zhangsan_88", "[微信3] 和 [姓名2]", "好"],
            "team": ["我叫李四", "甲", "乙"],
            "text": [f"打{MOBILE}", ["李先生"], "n 150、1300"],
            "sum": [f"{MOBILE}", "n 分别为 150、1200、3400", ""],
        }
    )

    def test_all_kinds_are_masked_in_free_text(self):
        told = record({"notes": self.NOTES}, {"text": "[车牌7]"}, {}).tables["notes"]
        assert told["note"].tolist()[0] == "收货人：[姓名4]，座机[电话1]"
        assert told["note"].tolist()[1] == "见 13912345678 的车[车牌8]"
        assert told["note"].isna().tolist() == [False, False, True]
        assert told["reason"].tolist() == ["加V：[微信4]", "[微信3] 和 [姓名2]", "好"]
        assert told["team"].tolist() == ["我叫李四", "甲", "乙"]
        assert told["text"].tolist() == ["打[手机1]", ["[姓名3]先生"], "n 150、1300"]
        assert told["sum"].tolist() == ["[手机1]", "n 分别为 150、1200、3400", ""]
        assert self.NOTES["reason"].tolist()[0] == "加V：zhangsan_88"
        pd.testing.assert_frame_equal(record({"notes": told}, {}, {}).tables["notes"], told)

    def test_free_text_is_kept_with_the_switch(self):
        kept = record({"notes": self.NOTES}, {}, {}, keep_personal=True).tables["notes"]
        pd.testing.assert_frame_equal(kept, self.NOTES)

    def test_the_switch(self):
        cases = pd.DataFrame({"text": [MOBILE]})
        kept = record({"cases": cases}, {}, {}, keep_personal=True)
        assert kept.tables["cases"]["text"].tolist() == [MOBILE]
        told = record({"cases": cases}, {}, {}, language="en").tables["cases"]["text"]
        assert told.tolist() == ["[mobile 1]"]


class TestQuarantine:
    def test_contact_details_are_hidden_and_texts_masked(self):
        rows = pd.DataFrame(
            {
                "文件": ["a.csv"],
                "行": ["3"],
                "隔离原因": ["渠道不能为空"],
                "会话编号": ["4111111111111111"],
                "客户姓名": ["王小明"],
                "联系电话": [""],
                "备注": [f"打{MOBILE}"],
            }
        )
        masked = mask_cells(rows).loc[0].tolist()
        assert masked[:4] == rows.loc[0].tolist()[:4]
        assert masked[4:] == ["[已遮盖]", "", "打[手机1]"]
        assert mask_cells(rows, "en").loc[0].tolist()[4:] == ["[hidden]", "", "打[mobile 1]"]

    @pytest.mark.parametrize(
        "header", ["主叫号", "被叫", "来电号码", "呼入号", "联系号", "旺旺号", "旺旺"]
    )
    def test_columns_of_callers_are_hidden(self, header):
        rows = pd.DataFrame({header: ["小李88"], "来电原因": ["退货"], "呼入时间": ["09:30"]})
        assert mask_cells(rows).loc[0].tolist() == ["[已遮盖]", "退货", "09:30"]

    def test_files_are_masked_in_their_place(self, tmp_path):
        path = tmp_path / "quarantined_contacts.csv"
        text = f"文件,行,隔离原因,备注,备注\na.csv,3,坏,+86{MOBILE},'=1+1\nb.csv,4,坏,,=\"x\n"
        path.write_text(text.replace('="x', "好"), "utf-8-sig")
        mask_quarantine(tmp_path)
        told = path.read_text("utf-8-sig")
        assert told == "文件,行,隔离原因,备注,备注\na.csv,3,坏,[手机1],'=1+1\nb.csv,4,坏,,好\n"

    def test_no_rows_and_headers_twice(self):
        rows = pd.DataFrame([[MOBILE, MOBILE]], columns=["备注", "备注"])
        assert mask_cells(rows).to_numpy().tolist() == [["[手机1]", "[手机1]"]]
        assert len(mask_cells(rows.head(0))) == 0


@pytest.mark.slow
class TestReport:
    LEAK = f"print('请回电 {MOBILE[:3]}' + '{MOBILE[3:]}')"

    def run(self, notebook: Path, out: Path, **options: object) -> Path:
        return run_report(notebook, period="2025-06", out=out, progress=False, **options)  # type: ignore[arg-type]

    def test_a_leak_fails_the_report_and_the_earlier_one_stays(self, make_notebook, tmp_path):
        out = tmp_path / "out"
        good = self.run(make_notebook(), out)
        before = (good / "manifest.json").read_bytes()
        assert json.loads(before)["personal_data"] == "masked"
        with pytest.raises(ReportError, match=r"report\.ipynb cells.*：手机 138…"):
            self.run(make_notebook(self.LEAK), out)
        assert (good / "manifest.json").read_bytes() == before
        assert [path.name for path in out.iterdir()] == [good.name]

    def test_with_the_switch_it_is_published_and_the_manifest_says_so(
        self, make_notebook, tmp_path
    ):
        report = self.run(make_notebook(self.LEAK), tmp_path / "out", keep_personal=True)
        assert json.loads((report / "manifest.json").read_text("utf-8"))["personal_data"] == "kept"
        assert f"请回电 {MOBILE}" in (report / "report.ipynb").read_text("utf-8")

    def test_the_command_says_4(self, make_notebook, tmp_path, capsys):
        asked = ["report", str(make_notebook(self.LEAK)), "--period", "2025-06", "--quiet"]
        assert main([*asked, "--out", str(tmp_path / "out")]) == 4
        told = capsys.readouterr().err
        assert SHARED_LEAK in told
        assert MOBILE not in told
        assert main([*asked, "--out", str(tmp_path / "out"), "--keep-personal"]) == 0

    def test_a_notebook_that_failed_is_kept_without_numbers(self, make_notebook, tmp_path):
        work = f"{self.LEAK}\nraise ValueError('{MOBILE}')"
        with pytest.raises(ReportError, match="出错"):
            self.run(make_notebook(work), tmp_path / "out")
        (kept,) = (tmp_path / "out").iterdir()
        assert MOBILE not in kept.read_text("utf-8")

    def test_a_notebook_is_told_if_it_asks(self, make_notebook, tmp_path):
        parameters = 'period: str = "2025-06"\nkeep_personal: bool = False'
        notebook = make_notebook("print(keep_personal)", parameters=parameters)
        report = self.run(notebook, tmp_path / "out", keep_personal=True)
        assert '"True\\n"' in (report / "report.ipynb").read_text("utf-8")

    def test_a_number_in_the_name_of_the_source_is_masked(self, make_notebook, tmp_path):
        report = self.run(make_notebook(), tmp_path / "out", source=f"{MOBILE}.csv")
        manifest = json.loads((report / "manifest.json").read_text("utf-8"))
        assert manifest["parameters"]["source"] == "[手机1].csv"
