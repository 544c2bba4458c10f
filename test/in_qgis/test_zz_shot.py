import os, sys, shutil, time, pathlib
sys.path.insert(0,"/work/main/test/in_qgis"); sys.path.insert(0,"/work/main/test")
from qgis.PyQt.QtCore import QCoreApplication, QTranslator
from qgis.core import QgsApplication
from qgis.PyQt.QtWidgets import QApplication
from qgis.PyQt.QtTest import QTest
def test_shot(tmp_path):
    lang=os.environ.get("L","en")
    if lang=="zh":
        tr=QTranslator(); assert tr.load("/work/main/i18n/control_units_zh_CN.qm"); QCoreApplication.installTranslator(tr)
    from control_units.delineation.rerun import run_again
    from control_units.delineation.casereading import read_case
    from fakes import workplace
    from control_units.ui.pages.method import MethodPage
    if not pathlib.Path("/tmp/w/demo2/case.plan.gpkg").exists():
        shutil.copytree("/work/main/resources/demo","/tmp/w/demo2",dirs_exist_ok=True)
        o=run_again(read_case("/tmp/w/demo2/case.toml"),pathlib.Path("/tmp/w/demo2/case.plan.gpkg")); o.put_in_place()
    shutil.copytree("/tmp/w/demo2",tmp_path/"d")
    place=workplace(); assert place.session.open_case(tmp_path/"d"/"case.toml")
    page=MethodPage(place); page.resize(375,620); page.setFont(page.font()); page.show(); page.refresh()
    place.session.runner.finish()
    page.grab().save(f"/tmp/w/m_{lang}_0.png")
    t=time.perf_counter(); page.clustering.click(); QApplication.processEvents(); print("open card",time.perf_counter()-t)
    QTest.qWait(400); place.session.runner.finish()
    f,b=page.cluster.form,page.cluster.box
    def whole(name):
        QApplication.processEvents(); QTest.qWait(30)
        page.inside.grab().save(f"/tmp/w/m_{lang}_{name}.png"); print(name, page.inside.size(), page.minimumSizeHint(), page.inside.minimumSizeHint())
    page.grab().save(f"/tmp/w/m_{lang}_1.png")
    from qgis.PyQt.QtWidgets import QWidget
    wide=sorted(((w.minimumSizeHint().width(), type(w).__name__, w.objectName()) for w in page.inside.findChildren(QWidget) if w.isVisible()), reverse=True)[:14]; print(wide)
    whole("a")
    t=time.perf_counter(); b.suggest.click(); QApplication.processEvents(); print("suggest click",time.perf_counter()-t)
    whole("b")
    t=time.perf_counter(); place.session.runner.finish(); print("suggested",time.perf_counter()-t)
    f.combo.setCurrentIndex(4); b.suggest.click(); 
    t=time.perf_counter(); place.session.runner.finish(); print("maxp",time.perf_counter()-t, f.given())
    f.combo.setCurrentIndex(0); QTest.qWait(350)
    b.low.setValue(20); b.high.setValue(200); b.ask_curve.click(); t=time.perf_counter(); place.session.runner.finish(); print("curve",time.perf_counter()-t)
    QTest.qWait(400); place.session.runner.finish()
    whole("c")
    f.more.click(); whole("d")
    b.table.setCurrentCell(0,1); b.reason.setText("x"); b.adopt.click(); t=time.perf_counter(); place.session.runner.finish(); print("adopt",time.perf_counter()-t)
    print(place.session.adopted, page.state(), [c.text for c in page.candidates.kept], place.messages.texts)
    whole("e")
