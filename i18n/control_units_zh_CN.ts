<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ControlUnits</name>
    <message>
        <location filename="../plugin.py" line="88"/>
        <source>Delineate control units…</source>
        <translation>划定管控单元…</translation>
    </message>
    <message>
        <location filename="../ui/widgets/messages.py" line="100"/>
        <source>Control units</source>
        <translation>管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="41"/>
        <source>Delineate control units</source>
        <translation>划定管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="69"/>
        <source>Case file</source>
        <translation>划定方案配置文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="71"/>
        <source>Plan file</source>
        <translation>划定成果文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="66"/>
        <source>Plan (*.gpkg)</source>
        <translation>划定成果 (*.gpkg)</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="164"/>
        <source>Units</source>
        <translation>管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="67"/>
        <source>Faces</source>
        <translation>基础图斑</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="235"/>
        <source>Area in m²</source>
        <translation>面积（m²）</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="45"/>
        <source>Runs a case and writes the plan as one GeoPackage.</source>
        <translation>按划定方案配置运行，成果写入一个 GeoPackage 文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="46"/>
        <source>All boundaries are noded once; rules give faces categories; faces form units.</source>
        <translation>所有界线一次打断为基础图斑，按判定规则确定每个图斑的管控类别，再归并为管控单元。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="51"/>
        <source>Without a method or a seed, those of the case are used.</source>
        <translation>不填划分方法或随机种子时，采用配置文件中的设置。</translation>
    </message>
    <message>
        <location filename="../ui/processing/log.py" line="72"/>
        <source>{id}: and {count} more of this kind</source>
        <translation>{id}：同类问题还有 {count} 条</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="39"/>
        <source>Check a plan or a layer of units</source>
        <translation>检查划定成果或单元图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="126"/>
        <source>Review</source>
        <translation>审查</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="43"/>
        <source>Runs the quality rules and gives every finding with its place, its measure and the units concerned.</source>
        <translation>按质检规则逐条检查，列出每个问题的位置、数值和涉及的管控单元。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="46"/>
        <source>Give either a plan file, a case file (its rule table is tested), or a layer of units from anywhere: its fields are recognised by their usual names, in Chinese or English.</source>
        <translation>可检查成果文件、方案配置文件（检查其规则表），或任何来源的单元图层：字段按常用的中英文名称识别。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="51"/>
        <source>Checked are, among others: gaps and overlaps, codes and names, counties, categories against red lines, areas, slivers and fields.</source>
        <translation>检查内容包括：缝隙与重叠、编码与名称、跨县、管控类别与红线是否一致、面积、细碎图斑、字段等。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="55"/>
        <source>Rules that lack what they need are named as not checked; nothing passes silently.</source>
        <translation>缺少所需数据的规则会列为“未检查”，不会悄悄通过。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="56"/>
        <source>A finding without a place is in the table without a point.</source>
        <translation>没有位置的问题也在属性表中，只是没有点。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="63"/>
        <source>Plan file or case file</source>
        <translation>划定成果文件或方案配置文件</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="81"/>
        <source>Plan or case (*.gpkg *.toml)</source>
        <translation>划定成果或方案配置 (*.gpkg *.toml)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="67"/>
        <source>A plan (.gpkg) or a case (.toml). Leave it empty to check a layer.</source>
        <translation>划定成果（.gpkg）或方案配置（.toml）。检查图层时留空。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="71"/>
        <source>Or a layer of units</source>
        <translation>或管控单元图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="143"/>
        <source>Of the project or a file, as QGIS shows it: filter, selection and edits count.</source>
        <translation>工程中的图层或文件，以 QGIS 中所见为准：筛选、选择和未保存的编辑都算数。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="113"/>
        <source>Findings</source>
        <translation>质检问题</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="91"/>
        <source>Points with id, severity (error or warning), units, value and message.</source>
        <translation>点图层，字段为 id（规则编号）、severity（error 错误，warning 提示）、units（单元）、value（数值）、message（说明）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="74"/>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="221"/>
        <source>Web page (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="82"/>
        <source>The findings as a page to read and to print.</source>
        <translation>可阅读、可打印的质检问题页面。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="236"/>
        <source>Number of errors</source>
        <translation>错误数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="237"/>
        <source>Number of warnings</source>
        <translation>提示数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="84"/>
        <source>Rules not checked</source>
        <translation>未检查的规则</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/check_plan.py" line="88"/>
        <source>Give a plan or case file, or a layer of units: one of the two.</source>
        <translation>请给出成果文件（或方案配置文件）与单元图层中的一个，且只给一个。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="70"/>
        <source>Not checked, for want of data: {rules}</source>
        <translation>因缺少数据未检查：{rules}</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="125"/>
        <source>Delineation</source>
        <translation>划定</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="47"/>
        <source>The plan holds faces, units with code, name and reasons, element zones, entry lists, the area ledger, findings and the provenance of every source.</source>
        <translation>成果包含基础图斑，带编码、名称和判定理由的管控单元，要素管控分区，准入清单初稿，面积平衡表，质检问题，以及每个来源的出处。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="55"/>
        <source>A case for your own layers is written by “Guess roles and write a case”.</source>
        <translation>自己的图层可用“识别图层角色并生成方案配置”得到方案配置文件。</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="44"/>
        <source>The plan does not depend on their number.</source>
        <translation>成果与线程数无关。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="62"/>
        <source>Load units, faces and findings</source>
        <translation>加载管控单元、基础图斑和质检问题</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="63"/>
        <source>The plan&apos;s own layers, styled, read-only and in a group of their own.</source>
        <translation>加载成果文件中的图层：带样式、只读，放在单独的图层组中。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="90"/>
        <source>A GeoPackage; it appears whole or not at all.</source>
        <translation>GeoPackage 文件；要么完整生成，要么不生成。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="70"/>
        <source>Copy of the units</source>
        <translation>管控单元副本</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="71"/>
        <source>Copy of the faces</source>
        <translation>基础图斑副本</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="72"/>
        <source>Copy of the findings</source>
        <translation>质检问题副本</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="74"/>
        <source>For other formats, and for the next step of a model.</source>
        <translation>用于其他格式，或供模型的下一步使用。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="171"/>
        <source>Number of units</source>
        <translation>管控单元数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="86"/>
        <source>Number of faces</source>
        <translation>基础图斑数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="61"/>
        <source>Describe a plan in numbers</source>
        <translation>统计划定成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="65"/>
        <source>Counts the units of a plan and adds up their areas, by county and category; land and sea apart.</source>
        <translation>按县和管控类别统计管控单元的个数与面积，陆域、海域分开。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="68"/>
        <source>The area ledger names every step that changed an area, and what it moved where.</source>
        <translation>面积平衡表逐步列出哪一步改变了面积、从哪里转到哪里。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="69"/>
        <source>The table of sources says what the plan rests on: file, date, provider, SHA-256, official area and the area that was read.</source>
        <translation>来源表说明成果依据的数据：文件、数据时点、提供单位、SHA-256、公布面积和读入面积。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="73"/>
        <source>The report has all of it on one page. The numbers are also outputs, for models and scripts.</source>
        <translation>报告把全部内容放在一页上；各项数值也作为输出，供模型和脚本使用。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="101"/>
        <source>Units by county and category</source>
        <translation>分县分类别统计表</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="84"/>
        <source>county, ground (land or sea), category, n, area_m2, area_km2, share (0 to 1).</source>
        <translation>字段：county（县）、ground（land 陆域，sea 海域）、category（类别）、n（个数）、area_m2、area_km2、share（占比，0 至 1）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="111"/>
        <source>Area ledger</source>
        <translation>面积平衡表</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="89"/>
        <source>stage, role or category, from_m2, to_m2, change_m2, reason.</source>
        <translation>字段：stage（环节）、role 或 category（角色或类别）、from_m2、to_m2、change_m2、reason（原因）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="93"/>
        <source>Sources and their provenance</source>
        <translation>来源及出处</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="94"/>
        <source>One row a source, as the plan file has them.</source>
        <translation>每个来源一行，与成果文件中一致。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="92"/>
        <source>The numbers as a page to read and to print.</source>
        <translation>可阅读、可打印的统计页面。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="101"/>
        <source>Share of priority units, 0 to 1</source>
        <translation>优先保护单元面积占比（0 至 1）</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="102"/>
        <source>Share of key units, 0 to 1</source>
        <translation>重点管控单元面积占比（0 至 1）</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="103"/>
        <source>Share of general units, 0 to 1</source>
        <translation>一般管控单元面积占比（0 至 1）</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="87"/>
        <source>Imbalance of areas</source>
        <translation>面积不平衡量</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/describe_plan.py" line="107"/>
        <source>Summary as JSON</source>
        <translation>汇总（JSON）</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="57"/>
        <source>Guess roles and write a case</source>
        <translation>识别图层角色并生成方案配置</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="124"/>
        <source>Preparation</source>
        <translation>准备</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="61"/>
        <source>Says for each layer which source it seems to be (county, red line, park, …), with a reason and a confidence, and writes a case file.</source>
        <translation>判断每个图层是哪类来源（县界、生态保护红线、产业园区……），给出理由和把握程度，并写出方案配置文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="65"/>
        <source>It looks at names, fields, values, geometry and at how layers lie to each other. What is uncertain is marked in the table and in comments of the case: read it before you delineate.</source>
        <translation>依据名称、字段、取值、几何和图层之间的空间关系。不确定之处在表中和配置文件的注释中标明：划定之前请先核对。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="70"/>
        <source>Give layers of the project, a folder of files, or both.</source>
        <translation>可给出工程中的图层、文件夹，或两者都给。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="71"/>
        <source>A layer that exists only in QGIS (in memory, selected, edited, joined) is saved beside the case as NAME_sources.gpkg, and the case points there. A filter on a file becomes a condition of the case where that gives the same features.</source>
        <translation>只在 QGIS 中存在的图层（内存图层、所选要素、未保存的编辑、连接的字段）会存为配置文件旁的“名称_sources.gpkg”，并由配置文件引用。文件图层上的筛选，在结果相同时写成配置中的条件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="66"/>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="85"/>
        <source>Layers of the project, as QGIS shows them, or files.</source>
        <translation>工程中的图层（以 QGIS 中所见为准）或文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="416"/>
        <source>Selected features only</source>
        <translation>仅所选要素</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="417"/>
        <source>Of a layer with a selection only what is selected; other layers whole.</source>
        <translation>有选择的图层只取所选要素，其他图层取全部。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="67"/>
        <source>Folder of files</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="86"/>
        <source>Every vector file and raster in it, subfolders included.</source>
        <translation>其中所有矢量文件和栅格，包括子文件夹。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="68"/>
        <source>Name of the case</source>
        <translation>方案名称</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="87"/>
        <source>As it stands in the plan, for example the name of the county and the year.</source>
        <translation>写入成果的名称，例如县名和年份。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="96"/>
        <source>Profile</source>
        <translation>配置档</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="70"/>
        <source>Table of roles</source>
        <translation>图层角色表</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="89"/>
        <source>One row a layer: role, confidence, fields, reason, what is uncertain.</source>
        <translation>每个图层一行：角色、把握程度、字段、理由、待确认之处。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="87"/>
        <source>Case (*.toml)</source>
        <translation>方案配置 (*.toml)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="111"/>
        <source>Input of “Delineate control units”. Paths in it are relative to it.</source>
        <translation>“划定管控单元”的输入。其中的路径相对于该文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="114"/>
        <source>Layers with a role</source>
        <translation>已识别角色的图层数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="115"/>
        <source>Layers to confirm</source>
        <translation>待确认的图层数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="119"/>
        <source>Give layers, a folder, or both.</source>
        <translation>请给出图层或文件夹，也可两者都给。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="175"/>
        <source>a plan of this plugin</source>
        <translation>本插件的划定成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="81"/>
        <source>From layers to a checked plan: guesses what each layer is, writes a case, delineates the units, checks the plan and describes it in numbers.</source>
        <translation>从图层到质检过的成果：识别各图层、生成方案配置、划定管控单元、检查成果并统计。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="88"/>
        <source>Read it before you rely on the plan: what is uncertain is marked in it.</source>
        <translation>使用成果之前请先核对：不确定之处已在其中标明。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="100"/>
        <source>Example model: from layers to a checked plan</source>
        <translation>示例模型：从图层到质检过的成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="103"/>
        <source>Example models</source>
        <translation>示例模型</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="36"/>
        <source>Partition of polygon layers</source>
        <translation>面图层叠置为基础图斑</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="40"/>
        <source>Overlays any number of polygon layers at once: every line is noded once.</source>
        <translation>一次叠置任意多个面图层：所有界线只打断一次。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="41"/>
        <source>Faces tile what the layers cover, without gap or overlap, each with the id of the feature of each layer that covers it (the lowest, where several do).</source>
        <translation>基础图斑铺满各图层覆盖的范围，没有缝隙和重叠；每个图斑记录各图层中覆盖它的要素编号（有多个时取最小的）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="45"/>
        <source>Borders are the lines that two faces share. The coverage table lists every feature over every face.</source>
        <translation>公共边界是两个图斑共有的线。覆盖关系表列出每个图斑上的每个要素。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="48"/>
        <source>Layers are taken as QGIS shows them: with their filter, unsaved edits and CRS. Invalid polygons are taken as they are and named in the log.</source>
        <translation>图层以 QGIS 中所见为准：包括筛选、未保存的编辑和坐标系。无效的面按原样处理，并在日志中指明。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="52"/>
        <source>The imbalance is the largest share of a layer&apos;s area that its faces do not account for: about 0 means that nothing was lost.</source>
        <translation>面积不平衡量是某一图层面积中图斑没有对应上的最大比例：接近 0 说明没有丢失。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="60"/>
        <source>Polygon layers</source>
        <translation>面图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="62"/>
        <source>One or more layers of the project, or files. Their order is that of the columns.</source>
        <translation>一个或多个工程图层或文件。其顺序即字段的顺序。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="69"/>
        <source>Polygons with face_id, area_m2, inputs (number of layers over it) and an id per layer.</source>
        <translation>面图层，字段为 face_id、area_m2、inputs（覆盖它的图层数），以及每个图层的要素编号。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="73"/>
        <source>Borders between faces</source>
        <translation>图斑公共边界</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="75"/>
        <source>One line a pair of faces, with left, right and length_m.</source>
        <translation>每对相邻图斑一条线，字段为 left、right、length_m。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="80"/>
        <source>Coverage table</source>
        <translation>覆盖关系表</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/partition.py" line="82"/>
        <source>face_id, input (name of the layer) and feature_id: one row a feature over a face.</source>
        <translation>字段为 face_id、input（图层名）、feature_id：每个图斑上的每个要素一行。</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="30"/>
        <source>Control units of ecology and environment</source>
        <translation>生态环境管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="49"/>
        <source>The model {path} cannot be read.</source>
        <translation>模型 {path} 无法读取。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="65"/>
        <source>Findings: {subject}</source>
        <translation>质检问题：{subject}</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="93"/>
        <source>Plan: {name}</source>
        <translation>划定成果：{name}</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="94"/>
        <source>{units} units on {faces} faces, {area} km² ({crs}, {method} area)</source>
        <translation>{units} 个管控单元，{faces} 个基础图斑，{area} km²（{crs}，{method}面积）</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="102"/>
        <source>Units at sea</source>
        <translation>海域管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="108"/>
        <source>What the units keep of their sources</source>
        <translation>单元对来源的保持程度</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="116"/>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="122"/>
        <source>planar</source>
        <translation>平面</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="123"/>
        <source>ellipsoidal</source>
        <translation>椭球面</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="130"/>
        <source>{errors} errors, {warnings} warnings</source>
        <translation>错误 {errors} 条，提示 {warnings} 条</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="134"/>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="134"/>
        <source>Warning</source>
        <translation>提示</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="136"/>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="137"/>
        <source>Severity</source>
        <translation>级别</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="138"/>
        <source>What was found</source>
        <translation>问题说明</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="162"/>
        <source>County</source>
        <translation>县级行政区</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="195"/>
        <source>Category</source>
        <translation>管控类别</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="166"/>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="252"/>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="253"/>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="197"/>
        <source>Captured</source>
        <translation>保持</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="198"/>
        <source>Omission</source>
        <translation>遗漏</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="199"/>
        <source>Commission</source>
        <translation>多划</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="222"/>
        <source>Largest share of area that no row accounts for: {imbalance}</source>
        <translation>未能对应的最大面积比例：{imbalance}</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="226"/>
        <source>No step changed an area.</source>
        <translation>没有环节改变面积。</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="228"/>
        <source>Stage</source>
        <translation>环节</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="229"/>
        <source>Role or category</source>
        <translation>角色或类别</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="230"/>
        <source>From m²</source>
        <translation>原面积 m²</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="231"/>
        <source>To m²</source>
        <translation>现面积 m²</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="232"/>
        <source>Change m²</source>
        <translation>变化 m²</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="233"/>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="254"/>
        <source>Features</source>
        <translation>要素数</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="255"/>
        <source>Date of data</source>
        <translation>数据时点</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="256"/>
        <source>Provider</source>
        <translation>提供单位</translation>
    </message>
    <message>
        <location filename="../ui/processing/reports.py" line="257"/>
        <source>Classification</source>
        <translation>密级</translation>
    </message>
    <message>
        <location filename="../ui/processing/sinks.py" line="154"/>
        <source>An output layer cannot be created.</source>
        <translation>输出图层无法创建。</translation>
    </message>
    <message>
        <location filename="../ui/processing/sinks.py" line="76"/>
        <source>An output layer cannot be written: {reason}</source>
        <translation>输出图层无法写入：{reason}</translation>
    </message>
    <message>
        <location filename="../ui/processing/styling.py" line="87"/>
        <source>{count} or more</source>
        <translation>{count} 个及以上</translation>
    </message>
    <message>
        <location filename="../ui/text.py" line="50"/>
        <source>en</source>
        <comment>code of this language</comment>
        <translation>zh</translation>
    </message>
    <message>
        <location filename="../plugin.py" line="78"/>
        <source>Control units panel</source>
        <translation>管控单元面板</translation>
    </message>
    <message>
        <location filename="../ui/pages/category_bar.py" line="48"/>
        <source>Area by category of the plan as it stands, and as it would be.</source>
        <translation>各类别面积：现有成果与试算结果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/category_bar.py" line="114"/>
        <source>Now</source>
        <translation>现有</translation>
    </message>
    <message>
        <location filename="../ui/pages/category_bar.py" line="49"/>
        <source>Tried</source>
        <translation>试算</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="171"/>
        <source>Area, km²</source>
        <translation>面积/km²</translation>
    </message>
    <message>
        <location filename="../ui/pages/category_bar.py" line="130"/>
        <source>Change</source>
        <translation>增减</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/summary_tree.py" line="75"/>
        <source>Count</source>
        <translation>单元数</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="53"/>
        <source>Add sources</source>
        <translation>添加来源图层</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="43"/>
        <source>Layers and rasters (*.shp *.gpkg *.geojson *.json *.kml *.tab *.mif *.fgb *.csv *.zip *.tif *.tiff *.img)</source>
        <translation>矢量图层与栅格 (*.shp *.gpkg *.geojson *.json *.kml *.tab *.mif *.fgb *.csv *.zip *.tif *.tiff *.img)</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="46"/>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="66"/>
        <source>Folder with layers</source>
        <translation>图层所在文件夹</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="82"/>
        <source>Open a plan</source>
        <translation>打开成果</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="89"/>
        <source>Save the case; its plan goes beside it</source>
        <translation>保存方案配置；划定成果放在同一文件夹</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="148"/>
        <source>All {count} layers</source>
        <translation>全部 {count} 个图层</translation>
    </message>
    <message>
        <location filename="../ui/widgets/details.py" line="55"/>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <location filename="../ui/widgets/details.py" line="59"/>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="166"/>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="228"/>
        <source>Next: {step}</source>
        <translation>下一步：{step}</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="234"/>
        <source>The next step (Ctrl+Enter)</source>
        <translation>下一步（Ctrl+Enter）</translation>
    </message>
    <message>
        <location filename="../ui/frame/opener.py" line="97"/>
        <source>The demo lies in {folder}. Go through the steps, or run it at once.</source>
        <translation>示例已复制到 {folder}。可逐步查看，也可直接运行。</translation>
    </message>
    <message>
        <location filename="../ui/frame/opener.py" line="163"/>
        <source>A run is on its way; stop it first.</source>
        <translation>正在运行，请先停止。</translation>
    </message>
    <message>
        <location filename="../ui/frame/opener.py" line="169"/>
        <source>“{name}” has changes that are not saved. Leave them?</source>
        <translation>“{name}”有未保存的修改，要放弃吗？</translation>
    </message>
    <message>
        <location filename="../ui/frame/opener.py" line="168"/>
        <source>The new plan</source>
        <translation>新方案</translation>
    </message>
    <message>
        <location filename="../ui/frame/opener.py" line="169"/>
        <source>Leave them</source>
        <translation>放弃修改</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="172"/>
        <source>Accepted by {author}, {time}: {reason}</source>
        <translation>已由 {author} 于 {time} 接受：{reason}</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="225"/>
        <source>Show &amp;accepted ones too</source>
        <translation>同时显示已接受的(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="227"/>
        <source>Accepted findings stay in the plan with who, when and why.</source>
        <translation>已接受的问题连同接受人、时间和理由留在成果中。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="231"/>
        <source>Nothing was found that a reader must know.</source>
        <translation>没有需要说明的问题。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="241"/>
        <source>Reason why it may stay as it is</source>
        <translation>可以保持现状的理由</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="242"/>
        <source>Stands in the plan with your name; a new run keeps it.</source>
        <translation>理由连同姓名写入成果，重新运行后仍保留。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="346"/>
        <source>&amp;Zoom</source>
        <translation>定位(&amp;Z)</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="125"/>
        <source>Show the place on the map.</source>
        <translation>在地图上显示该位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="342"/>
        <source>Accept with &amp;reason</source>
        <translation>说明理由并接受(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="252"/>
        <source>&amp;Withdraw</source>
        <translation>撤回(&amp;W)</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="254"/>
        <source>Take the acceptance back.</source>
        <translation>撤回接受。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="250"/>
        <source>Keep the reason in the plan.</source>
        <translation>把理由写入成果。</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="43"/>
        <source>New, open, demo, help</source>
        <translation>新建、打开、示例、帮助</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="44"/>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="55"/>
        <source>What this step is for, and how to do it</source>
        <translation>本步骤的用途与做法</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="56"/>
        <source>Help on this step</source>
        <translation>本步骤的帮助</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="53"/>
        <source>&amp;New plan</source>
        <translation>新建方案(&amp;N)</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="64"/>
        <source>&amp;Open a plan…</source>
        <translation>打开成果(&amp;O)…</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="65"/>
        <source>&amp;Recent</source>
        <translation>最近使用(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="47"/>
        <source>Try the &amp;demo</source>
        <translation>试用示例(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="71"/>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="72"/>
        <source>&amp;Check installation…</source>
        <translation>检查安装(&amp;C)…</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="76"/>
        <source>Nothing was opened yet</source>
        <translation>还没有打开过方案</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="108"/>
        <source>The help pages are not in this installation; see the README.</source>
        <translation>此安装不含帮助页面，请看 README。</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="113"/>
        <source>New plan</source>
        <translation>新方案</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="121"/>
        <source>draft</source>
        <translation>草稿</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="80"/>
        <source>Check installation</source>
        <translation>检查安装</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="88"/>
        <source>Nothing works without {names}.</source>
        <translation>缺少 {names}，插件无法工作。</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="90"/>
        <source>All the main work can be done; {names} would add to it.</source>
        <translation>主要功能都可使用；安装 {names} 后功能更全。</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="95"/>
        <source>Everything is there.</source>
        <translation>所需的库都已安装。</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="55"/>
        <source>In the OSGeo4W Shell, in the folder of the offline kit:</source>
        <translation>在 OSGeo4W Shell 中进入离线安装包文件夹后执行：</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="66"/>
        <source>Copies the list, to hand it to whoever helps.</source>
        <translation>复制此清单，便于请人协助。</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="131"/>
        <source>Library</source>
        <translation>库</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="132"/>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="64"/>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="134"/>
        <source>What it is for</source>
        <translation>用途</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="112"/>
        <source>found</source>
        <translation>已安装</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="113"/>
        <source>replaced</source>
        <translation>有替代</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="189"/>
        <source>missing</source>
        <translation>缺少</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="115"/>
        <source>too old</source>
        <translation>版本过低</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="116"/>
        <source>broken</source>
        <translation>无法加载</translation>
    </message>
    <message>
        <location filename="../ui/map/layers.py" line="60"/>
        <source>Borders of faces</source>
        <translation>图斑界线</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="366"/>
        <source>Element zones</source>
        <translation>要素管控分区</translation>
    </message>
    <message>
        <location filename="../ui/widgets/messages.py" line="154"/>
        <source>{file}: {reason}. Choose another place, or close what holds the file.</source>
        <translation>{file}：{reason}。请换一个位置，或关闭占用该文件的程序。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/messages.py" line="140"/>
        <source>This is a fault of the plugin ({kind}). Nothing was changed; please report it with the details.</source>
        <translation>插件出现故障（{kind}），没有改动任何内容。请附详细信息反馈。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/messages.py" line="103"/>
        <source>Details…</source>
        <translation>详细信息…</translation>
    </message>
    <message>
        <location filename="../ui/frame/notice.py" line="34"/>
        <source>Close this message; it stays in the log.</source>
        <translation>关闭此消息；日志中仍保留。</translation>
    </message>
    <message>
        <location filename="../ui/frame/notice.py" line="35"/>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="36"/>
        <source>Stands with every edit and every accepted finding.</source>
        <translation>记在每一条修订和每一个被接受的质检问题上。</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="38"/>
        <source>&amp;Author of edits</source>
        <translation>修订人(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="46"/>
        <source>&amp;Threads for raster statistics</source>
        <translation>栅格统计线程数(&amp;T)</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="48"/>
        <source>&amp;Hatch key control units on the map</source>
        <translation>重点管控单元加晕线(&amp;H)</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="51"/>
        <source>Tells the categories apart in grey prints and for the colour-blind.</source>
        <translation>黑白打印或色觉障碍者也能区分类别。</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="54"/>
        <source>&amp;Open the panel when QGIS starts</source>
        <translation>启动 QGIS 时打开面板(&amp;O)</translation>
    </message>
    <message>
        <location filename="../ui/processing/comparison_report.py" line="82"/>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="84"/>
        <source>Grouping into units</source>
        <translation>组成单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="85"/>
        <source>Cleaning</source>
        <translation>碎斑清理</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="137"/>
        <source>&amp;Defaults of the profile</source>
        <translation>恢复缺省(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="92"/>
        <source>Set method, grouping and cleaning back to what the profile says.</source>
        <translation>把方法、划分方式和清理参数恢复为缺省值。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/setting_fields.py" line="335"/>
        <source>(none)</source>
        <translation>（无）</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="160"/>
        <source>The method can be chosen once a case is open.</source>
        <translation>打开或新建方案后可选择方法。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="158"/>
        <source>Changes are shown on the map and not kept yet.</source>
        <translation>改动已在地图上预览，尚未采用。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="161"/>
        <source>&amp;Keep and run</source>
        <translation>采用并重新运行(&amp;K)</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="166"/>
        <source>Method: {name}.</source>
        <translation>方法：{name}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="238"/>
        <source>Another snap grid needs a new overlay: run the plan again to see it.</source>
        <translation>改变归整格网需要重新叠加：请重新运行以查看结果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="77"/>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="86"/>
        <source>&amp;Why here?</source>
        <translation>为什么</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="94"/>
        <source>Click a place on the map to see why it is what it is; Esc ends.</source>
        <translation>点击地图上任一位置，查看它为何判为此类；按 Esc 结束。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="141"/>
        <source>The result shows once a plan is made or opened.</source>
        <translation>运行或打开成果后显示结果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="143"/>
        <source>{units} units, {open} of {total} findings open.</source>
        <translation>共 {units} 个单元；{total} 条质检问题，其中 {open} 条待处理。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="211"/>
        <source>Summary</source>
        <translation>汇总</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="43"/>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="48"/>
        <source>Find a rule: role, zone or number</source>
        <translation>查找规则：角色、分区或编号</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="49"/>
        <source>Only rules whose words hold this text are listed.</source>
        <translation>只列出含此文字的规则。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="53"/>
        <source>Only with a s&amp;witch</source>
        <translation>只看可开关的(&amp;W)</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="55"/>
        <source>Hide the rules that always apply.</source>
        <translation>隐藏始终生效的规则。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="62"/>
        <source>Set every switch and threshold back to what the profile says.</source>
        <translation>把全部开关和阈值恢复为方案配置的缺省值。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="77"/>
        <source>Rules show once a case is open.</source>
        <translation>打开或新建方案后显示规则。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="85"/>
        <source>The tester has {count} remarks; they stand on the rules they concern.</source>
        <translation>测试器有 {count} 条意见，已标在对应规则下。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="90"/>
        <source>{count} rules apply; the tester has no remark.</source>
        <translation>{count} 条规则生效，测试器未发现问题。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="118"/>
        <source>Source: {source}</source>
        <translation>依据：{source}</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="269"/>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="380"/>
        <source>Stages of the run</source>
        <translation>运行环节</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="377"/>
        <source>Time</source>
        <translation>用时</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="88"/>
        <source>Works in the background; QGIS stays free for other work.</source>
        <translation>在后台运行，不影响在 QGIS 中做其他工作。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="142"/>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="95"/>
        <source>Stops at once; the plan stays as it was.</source>
        <translation>立即停止；成果保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="100"/>
        <source>&amp;Discard the edits in the plan</source>
        <translation>放弃成果中的修订(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="130"/>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="193"/>
        <source>Plan: {file}</source>
        <translation>成果文件：{file}</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="219"/>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="404"/>
        <source>unchanged</source>
        <translation>未变</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="344"/>
        <source>{units} units from {faces} faces in {time}.</source>
        <translation>由 {faces} 个图斑得到 {units} 个单元，用时 {time}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="355"/>
        <source>Nothing has changed since the run before: the plan is the same.</source>
        <translation>与上次运行相比没有变化，成果相同。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="353"/>
        <source>Changed since the run before: {parts}.</source>
        <translation>与上次运行相比，变化的有：{parts}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="197"/>
        <source>&amp;Run again</source>
        <translation>重新运行(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="197"/>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="239"/>
        <source>Running…</source>
        <translation>正在运行…</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="240"/>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="242"/>
        <source>This plan has no case file beside it, so it cannot be run again.</source>
        <translation>此成果旁边没有方案配置文件，不能重新运行。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="321"/>
        <source>The run was stopped; nothing was written.</source>
        <translation>运行已停止，没有写出任何内容。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="267"/>
        <source>All is ready to run.</source>
        <translation>一切就绪，可以运行。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="274"/>
        <source>Changed since the last run: {parts}.</source>
        <translation>上次运行后有改动：{parts}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="254"/>
        <source>Run again</source>
        <translation>重新运行</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="324"/>
        <source>The run was stopped; the plan is as it was.</source>
        <translation>运行已停止，成果保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="300"/>
        <source>The plan is made from the case as it is.</source>
        <translation>成果与当前方案配置一致。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="126"/>
        <source>What this layer is; it decides which rules apply to it.</source>
        <translation>该图层是什么；决定适用哪些判定规则。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="157"/>
        <source>&amp;Role</source>
        <translation>角色(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="143"/>
        <source>What the reader noticed</source>
        <translation>读取时发现</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="163"/>
        <source>‹ All &amp;sources</source>
        <translation>‹ 全部来源(&amp;S)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="167"/>
        <source>Back to the list (Esc)</source>
        <translation>返回列表（Esc）</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="257"/>
        <source>This is &amp;right</source>
        <translation>确认无误(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="173"/>
        <source>Takes what was guessed, so that it is not asked again.</source>
        <translation>采用推测结果，不再询问。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="177"/>
        <source>Take &amp;out</source>
        <translation>移出(&amp;O)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="179"/>
        <source>Takes the layer out of the case; the file stays as it is.</source>
        <translation>从方案中移出该图层；文件不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="438"/>
        <source>{count} polygons</source>
        <translation>{count} 个面</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="439"/>
        <source>{count} lines</source>
        <translation>{count} 条线</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="440"/>
        <source>{count} points</source>
        <translation>{count} 个点</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="144"/>
        <source>no CRS</source>
        <translation>没有坐标系</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="389"/>
        <source>Use it as {role}</source>
        <translation>作为“{role}”采用</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="395"/>
        <source>Read it in {crs}</source>
        <translation>按 {crs} 读取</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="406"/>
        <source>Writes this into the case; the file stays as it is.</source>
        <translation>写入方案配置；文件不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="38"/>
        <source>Fields and values</source>
        <translation>字段与取值</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="44"/>
        <source>&amp;Code</source>
        <translation>代码(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="45"/>
        <source>Administrative or unit codes; counties need six digits.</source>
        <translation>行政区或单元代码；县级须为六位数字。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="49"/>
        <source>N&amp;ame</source>
        <translation>名称(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="50"/>
        <source>Goes into the names of units and into reasons.</source>
        <translation>用于单元名称和判定理由。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="54"/>
        <source>&amp;Zone</source>
        <translation>分区(&amp;Z)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="55"/>
        <source>The zone type of each feature; the rules go by it.</source>
        <translation>每个要素的分区类型；规则据此判定。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="59"/>
        <source>&amp;Grade</source>
        <translation>级别(&amp;G)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="78"/>
        <source>Where no field says it: the zone of every feature.</source>
        <translation>没有字段说明时，全部要素的分区。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="81"/>
        <source>Zone of &amp;all</source>
        <translation>整层分区(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="85"/>
        <source>Value</source>
        <translation>取值</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="90"/>
        <source>is read as</source>
        <translation>解释为</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="97"/>
        <source>The first features as they will be read:</source>
        <translation>前几个要素将读作：</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="98"/>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="98"/>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="98"/>
        <source>Zone</source>
        <translation>分区</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="119"/>
        <source>by the field</source>
        <translation>按字段</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="128"/>
        <source>none found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="130"/>
        <source>{field} (found)</source>
        <translation>{field}（自动识别）</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="86"/>
        <source>(empty)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="149"/>
        <source>choose…</source>
        <translation>请选择…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="64"/>
        <source>Layer</source>
        <translation>图层</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="70"/>
        <source>Sources of the plan</source>
        <translation>方案的来源图层</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="59"/>
        <source>Evidence</source>
        <translation>评价指标</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="167"/>
        <source>{role}?</source>
        <translation>{role}？</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="188"/>
        <source>{county} or {township}</source>
        <translation>{county}或{township}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="189"/>
        <source>optional</source>
        <translation>可选</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="192"/>
        <source>none yet</source>
        <translation>尚未提供</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="190"/>
        <source>Double-click or press Enter to choose its file.</source>
        <translation>双击或按回车选择文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="205"/>
        <source>Optional, not given ({count})</source>
        <translation>可选，未提供（{count}）</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="225"/>
        <source>to mend</source>
        <translation>须处理</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="227"/>
        <source>reading…</source>
        <translation>读取中…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="228"/>
        <source>not used</source>
        <translation>未采用</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="233"/>
        <source>encoding?</source>
        <translation>编码？</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="233"/>
        <source>confirm</source>
        <translation>待确认</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="238"/>
        <source>raster</source>
        <translation>栅格</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="241"/>
        <source>{count} features</source>
        <translation>{count} 个要素</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="28"/>
        <source>Provenance</source>
        <translation>来源信息</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="34"/>
        <source>&amp;Date of the data</source>
        <translation>数据时点(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="36"/>
        <source>Year, month or day that the data stand for.</source>
        <translation>数据所代表的年、月或日。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="40"/>
        <source>&amp;Provider</source>
        <translation>提供单位(&amp;P)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="42"/>
        <source>The bureau or person the layer was received from.</source>
        <translation>提供该图层的单位或个人。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="287"/>
        <source>Doc&amp;ument</source>
        <translation>批准文件(&amp;U)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="48"/>
        <source>The approval that makes it valid, with its number.</source>
        <translation>使其生效的批复及文号。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="52"/>
        <source>O&amp;fficial area (km²)</source>
        <translation>公布面积（km²）(&amp;F)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="54"/>
        <source>As published; the area as read is compared with it, never scaled to it.</source>
        <translation>公布的数字；读取面积与之比较，但不据此缩放。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="66"/>
        <source>Every output carries the highest of its sources.</source>
        <translation>每项输出都标注来源中的最高密级。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/origin.py" line="69"/>
        <source>C&amp;lassification</source>
        <translation>密级(&amp;L)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="90"/>
        <source>not stated</source>
        <translation>未说明</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="36"/>
        <source>Encoding and CRS</source>
        <translation>编码与坐标系</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="40"/>
        <source>Choose another one where the samples below read wrong.</source>
        <translation>下面的样例读起来不对时，另选一种。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="71"/>
        <source>&amp;Encoding</source>
        <translation>编码(&amp;E)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="139"/>
        <source>as the file says</source>
        <translation>按文件声明</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="44"/>
        <source>as it was read</source>
        <translation>实际读作</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="49"/>
        <source>Where the file states none or a wrong one; nothing is written to it.</source>
        <translation>文件没有声明或声明有误时选择；不会改动文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="74"/>
        <source>C&amp;RS</source>
        <translation>坐标系(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="55"/>
        <source>all features</source>
        <translation>全部要素</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="56"/>
        <source>Only features that fulfil it, for example &quot;LX&quot; = &apos;01&apos;.</source>
        <translation>只取符合条件的要素，如 &quot;LX&quot; = '01'。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="76"/>
        <source>Co&amp;ndition</source>
        <translation>条件(&amp;N)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="66"/>
        <source>Makes polygons of lines and points, so wide to each side.</source>
        <translation>把线和点向两侧扩展为面的宽度。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="77"/>
        <source>&amp;Buffer</source>
        <translation>缓冲(&amp;B)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="107"/>
        <source>{encoding} (found)</source>
        <translation>{encoding}（自动识别）</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="107"/>
        <source>find it out</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="122"/>
        <source>Read as you have chosen. Do the samples read well?</source>
        <translation>已按所选编码读取。样例读起来是否正确？</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="124"/>
        <source>The file says {stated}, which does not fit its texts; they were read as {encoding} (confidence {share}). Please check the samples.</source>
        <translation>文件声明 {stated}，与文字不符；已改按 {encoding} 读取（可信度 {share}）。请核对样例。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="130"/>
        <source>The file does not say its encoding; its texts were read as {encoding} (confidence {share}). Please check the samples.</source>
        <translation>文件没有声明编码；已按 {encoding} 读取（可信度 {share}）。请核对样例。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="128"/>
        <source>Read as the file says: {stated}.</source>
        <translation>按文件声明读取：{stated}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="141"/>
        <source>{crs} (of the file)</source>
        <translation>{crs}（文件声明）</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="143"/>
        <source>the file states none</source>
        <translation>文件没有声明</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="146"/>
        <source>GCJ-02 (Amap, Tencent): convert</source>
        <translation>GCJ-02（高德、腾讯）：转换</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="146"/>
        <source>BD-09 (Baidu): convert</source>
        <translation>BD-09（百度）：转换</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/reading.py" line="148"/>
        <source>another one…</source>
        <translation>其他…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="97"/>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="100"/>
        <source>Name of the plan, for example Kaihua 2024</source>
        <translation>方案名称，如 开化县 2024 更新</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="101"/>
        <source>Stands in the plan, its lists and its maps.</source>
        <translation>写入成果、清单和图件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="118"/>
        <source>&amp;Files…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="120"/>
        <source>Add files: their role, fields and zones are guessed, with the reason.</source>
        <translation>添加文件：自动推测角色、字段和分区，并说明依据。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="126"/>
        <source>F&amp;older…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="128"/>
        <source>Look through a folder and all in it.</source>
        <translation>查找文件夹及其下的全部数据。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="154"/>
        <source>&amp;Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="156"/>
        <source>Save all of this as a case file, to run it again or hand it on.</source>
        <translation>把以上内容保存为方案配置文件，便于再次运行或移交。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="186"/>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="277"/>
        <source>{file} is a plan, no source: it was not taken in. Open it in the menu ☰.</source>
        <translation>{file} 是划定成果，不是来源图层，没有加入。请用菜单 ☰ 的“打开成果”。</translation>
    </message>
    <message>
        <location filename="../ui/work/sourcebook.py" line="118"/>
        <source>Looking at the layers…</source>
        <translation>正在查看图层…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="337"/>
        <source>There are no sources yet.</source>
        <translation>还没有来源图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="341"/>
        <source>Counties or townships are missing: they are the study area.</source>
        <translation>缺少县级或乡镇级行政区：它们确定研究区范围。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="344"/>
        <source>{name} cannot be used as it is.</source>
        <translation>{name} 目前不能使用。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="364"/>
        <source>Is {name} right as it is shown here?</source>
        <translation>{name} 如此处所示是否正确？</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="369"/>
        <source>Drop layers, files or a folder here to begin.</source>
        <translation>把图层、文件或文件夹拖到这里开始。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="374"/>
        <source>Add files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="376"/>
        <source>{count} to mend: {name}</source>
        <translation>还差 {count} 项须处理：{name}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="376"/>
        <source>Mend it</source>
        <translation>去处理</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="377"/>
        <source>{count} to confirm: {name}</source>
        <translation>还差 {count} 项待确认：{name}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="377"/>
        <source>Look at it</source>
        <translation>去查看</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="387"/>
        <source>{vectors} layers and {rasters} rasters are ready.</source>
        <translation>{vectors} 个图层、{rasters} 个栅格已就绪。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="68"/>
        <source>Rule, the strongest first</source>
        <translation>规则（优先级从高到低）</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="69"/>
        <source>Makes it</source>
        <translation>判为</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="132"/>
        <source>informs lists</source>
        <translation>仅入清单</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="122"/>
        <source>Always applies; only a table of extra rules replaces it.</source>
        <translation>始终生效；只有附加规则表可以替换它。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="201"/>
        <source>The tester found this in the rule table before any run.</source>
        <translation>规则表测试器在运行之前发现的问题。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/setting_fields.py" line="174"/>
        <source>Set by terrain class in the case file: {values}</source>
        <translation>已在配置文件中按地形分别设定：{values}</translation>
    </message>
    <message>
        <location filename="../ui/work/sourcebook.py" line="313"/>
        <source>Reading {name}</source>
        <translation>正在读取 {name}</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/summary_tree.py" line="74"/>
        <source>The mark is this plan&apos;s share; the band is the range of published plans: a hint, not a check.</source>
        <translation>竖线为本方案占比，色带为已发布方案的范围；仅供参考，不是质检。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/summary_tree.py" line="105"/>
        <source>All counties</source>
        <translation>全部区县</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/summary_tree.py" line="109"/>
        <source>Sea {code}</source>
        <translation>海域 {code}</translation>
    </message>
    <message>
        <location filename="../ui/work/trial.py" line="234"/>
        <source>Preview of changed settings</source>
        <translation>设置变更预览</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="47"/>
        <source>Put the changes into the case and make the plan again: a few seconds.</source>
        <translation>把改动写入配置并重新生成成果，约需几秒。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="51"/>
        <source>Dis&amp;card</source>
        <translation>放弃(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="53"/>
        <source>Forget the changes; plan and case stay as they are.</source>
        <translation>放弃改动，成果和配置保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="108"/>
        <source>The sources are read once for previews; the change shows as soon as they are.</source>
        <translation>首次预览需要先读取一次来源，完成后即显示变化。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="112"/>
        <source>Labelling anew…</source>
        <translation>正在重新判定…</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="114"/>
        <source>Change a setting to see at once what it would do; nothing is written until you keep it.</source>
        <translation>改动任一项即可看到效果；点“采用”之前不写入任何文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="160"/>
        <source>No face and no unit would change.</source>
        <translation>没有图斑和单元会改变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="119"/>
        <source>{faces} faces ({area} km²) would change their category; they are outlined on the map.</source>
        <translation>有 {faces} 个图斑（{area} km²）类别将改变，已在地图上勾出。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="132"/>
        <source>Unit, by code</source>
        <translation>单元（按编码）</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="179"/>
        <source>Parts: {count}</source>
        <translation>由 {count} 块组成</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="86"/>
        <source>Find a unit by name or code</source>
        <translation>按名称或编码查找单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="87"/>
        <source>Only units whose name or code holds this text are listed.</source>
        <translation>只列出名称或编码含此文字的单元。</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="30"/>
        <source>From layers to control units</source>
        <translation>从图层到管控单元</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="48"/>
        <source>Urumqi, ready to run: copied to your documents, done in seconds.</source>
        <translation>乌鲁木齐示例，可直接运行：复制到“文档”文件夹，几秒即得结果。</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="54"/>
        <source>From your own layers: their roles and fields are guessed, you confirm.</source>
        <translation>用自己的图层：自动推测角色和字段，由您确认。</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="59"/>
        <source>&amp;Open a plan</source>
        <translation>打开成果(&amp;O)</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="60"/>
        <source>A plan file (.gpkg) or a case file (.toml) that is already there.</source>
        <translation>已有的划定成果（.gpkg）或方案配置（.toml）。</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="66"/>
        <source>Or drop layers, files or a folder anywhere on this panel.</source>
        <translation>也可以把图层、文件或文件夹拖到本面板任意位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="42"/>
        <source>{area} km²</source>
        <translation>{area} km²</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="44"/>
        <source>this face: {area} km²</source>
        <translation>此处图斑 {area} km²</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="55"/>
        <source>Edits</source>
        <translation>人工修订</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="56"/>
        <source>Also here, overruled</source>
        <translation>此处还有（被更高优先级规则覆盖）</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="57"/>
        <source>Informs the entry list</source>
        <translation>只进入准入清单</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="58"/>
        <source>Rides along, does not count</source>
        <translation>随并图斑，不计入</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="69"/>
        <source>Zoom to the unit</source>
        <translation>定位到单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="70"/>
        <source>Select it</source>
        <translation>在表中选中</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="166"/>
        <source>Entry list</source>
        <translation>准入清单</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="104"/>
        <source>Choose a unit in the table, or press “Why here?” and click on the map.</source>
        <translation>在表中选择单元，或点“为什么”后点击地图。</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="105"/>
        <source>Why card</source>
        <translation>判定理由卡</translation>
    </message>
    <message>
        <location filename="../ui/work/why_cards.py" line="40"/>
        <source>Preparing explanations</source>
        <translation>准备判定理由</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="24"/>
        <source>Not used</source>
        <translation>不采用</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="26"/>
        <source>Previous units (codes and names)</source>
        <translation>上一版管控单元（沿用编码和名称）</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="106"/>
        <source>sure</source>
        <comment>confidence of a guess</comment>
        <translation>高</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="108"/>
        <source>likely</source>
        <comment>confidence of a guess</comment>
        <translation>中</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="109"/>
        <source>doubtful</source>
        <comment>confidence of a guess</comment>
        <translation>低</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="116"/>
        <source>CRS, area or snap distance</source>
        <translation>坐标系、面积算法或捕捉距离</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="117"/>
        <source>the profile</source>
        <translation>方案配置模板</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="118"/>
        <source>which sources there are</source>
        <translation>来源图层的组成</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="119"/>
        <source>source {name}</source>
        <translation>来源图层 {name}</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="120"/>
        <source>raster {name}</source>
        <translation>栅格 {name}</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="122"/>
        <source>content of {name}</source>
        <translation>{name} 的内容</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="123"/>
        <source>rules and switches</source>
        <translation>规则与开关</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="124"/>
        <source>cleaning</source>
        <translation>清理参数</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="125"/>
        <source>grouping</source>
        <translation>归并方式</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="126"/>
        <source>method</source>
        <translation>划分方法</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="127"/>
        <source>seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="128"/>
        <source>previous units</source>
        <translation>上一版单元</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="129"/>
        <source>changes of administrative units</source>
        <translation>行政区划变更表</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="130"/>
        <source>the profile&apos;s tables</source>
        <translation>模板附表</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="140"/>
        <source>Read and place the sources</source>
        <translation>读取并定位来源图层</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="141"/>
        <source>Node all boundaries into faces</source>
        <translation>打断界线，生成基础图斑</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="142"/>
        <source>Measure rasters in each face</source>
        <translation>统计各图斑的栅格指标</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="143"/>
        <source>Rules, cleaning, method, units</source>
        <translation>判定、清理、划分、归并单元</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="144"/>
        <source>Codes, outlines, entry lists</source>
        <translation>编码、单元边界、准入清单</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="145"/>
        <source>Checks</source>
        <translation>质检</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="146"/>
        <source>Write the plan</source>
        <translation>写出成果</translation>
    </message>
    <message>
        <location filename="../ui/text.py" line="44"/>
        <source>, </source>
        <comment>between things listed</comment>
        <translation>、</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="155"/>
        <source>{parts} and {count} more</source>
        <translation>{parts}等，另有 {count} 项</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="163"/>
        <source>{count} s</source>
        <translation>{count} 秒</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="164"/>
        <source>{count} min</source>
        <translation>{count} 分钟</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="80"/>
        <source>Divide a layer into contiguous regions</source>
        <translation>图层划分为连续分区</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="84"/>
        <source>Groups neighbouring polygons that are alike into contiguous regions.</source>
        <translation>把相邻且相似的图斑归并为空间连续的分区。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="85"/>
        <source>SKATER cuts the minimum spanning tree, REDCAP a tree of merges; ward merges what is most alike; azp moves polygons between regions; maxp makes as many regions as a floor allows; kmeans_repaired is k-means made contiguous, a baseline.</source>
        <translation>skater 切割最小生成树，redcap 切割合并过程形成的树；ward 逐步合并最相似的图斑；azp 在分区之间调换图斑；maxp 在下限允许的范围内划出尽可能多的分区；kmeans_repaired 是经连通修正的 k 均值聚类，作为对照基线。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="91"/>
        <source>Neighbours share a border, whether or not their vertices match; gaps and overlaps are bridged within a tolerance and named in the log. Parts that do not touch are divided one by one.</source>
        <translation>有公共边即为相邻，顶点不必一一对应；容差以内的缝隙和重叠予以弥合，并在日志中列出。互不相邻的部分分别划分。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="96"/>
        <source>With a range of numbers of regions each is tried, and the one with the largest pseudo-F is taken; the table of the curve shows them all.</source>
        <translation>给出分区数范围时逐一试算，取伪 F 值最大的分区数；曲线表列出全部结果。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="100"/>
        <source>The ratio is the share of the variance that lies between regions: the larger, the more alike are the polygons of a region.</source>
        <translation>比值是分区之间的方差占总方差的比例：越大，同一分区内的图斑越相似。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="111"/>
        <source>Polygons with their region</source>
        <translation>图斑及其所属分区</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="113"/>
        <source>The layer&apos;s polygons and fields with region, a number from 0; empty where a polygon was left out.</source>
        <translation>原图层的图斑和字段，另加 region（分区号，从 0 起）；未参与划分的图斑为空。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="119"/>
        <source>Regions</source>
        <translation>分区</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="121"/>
        <source>Dissolved regions with number of polygons, area, perimeter, compactness and the means of the variables.</source>
        <translation>合并后的分区，含图斑数、面积、周长、紧凑度和各变量的平均值。</translation>
    </message>
    <message>
        <location filename="../ui/work/candidates.py" line="141"/>
        <source>Curve of the number of regions</source>
        <translation>分区数曲线</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="130"/>
        <source>k, within_ss, pseudo_f and mark (taken, knee): one row a number of regions.</source>
        <translation>k（分区数）、within_ss（区内离差平方和）、pseudo_f（伪 F 值）和 mark（taken 为采用，knee 为拐点）：每个分区数一行。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="134"/>
        <source>Number of regions</source>
        <translation>分区数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="135"/>
        <source>Ratio of variance between regions</source>
        <translation>区间方差占比</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="136"/>
        <source>Sum of squares within regions</source>
        <translation>区内离差平方和</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="142"/>
        <source>Polygon layer</source>
        <translation>面图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="61"/>
        <source>Division method</source>
        <translation>划分方法</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="148"/>
        <source>How regions are found; see the help of the algorithm.</source>
        <translation>分区的求解方法，见算法帮助。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="151"/>
        <source>Variables</source>
        <translation>变量</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="152"/>
        <source>Fields with numbers that the polygons of a region are to be alike in.</source>
        <translation>数值字段：同一分区的图斑应在这些字段上相似。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="161"/>
        <source>Rasters as variables</source>
        <translation>作为变量的栅格</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="164"/>
        <source>The mean of each over every polygon; a polygon that it covers by less than half has no value.</source>
        <translation>取各栅格在每个图斑内的平均值；覆盖不到一半的图斑视为无值。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="173"/>
        <source>Never across values of</source>
        <translation>不得跨越的字段</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="174"/>
        <source>A county&apos;s code, for example: no region crosses it.</source>
        <translation>例如县级代码：分区不跨县。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="178"/>
        <source>Fixed units</source>
        <translation>固定单元字段</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="179"/>
        <source>Polygons with the same value, not empty, stay together; regions grow from them and hold one at most.</source>
        <translation>字段值相同（非空）的图斑始终在一起；分区可由其扩展，每个分区至多含一个。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="185"/>
        <source>Borders rather between values of</source>
        <translation>边界优先沿此字段的分界</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="186"/>
        <source>A township&apos;s name, for example: borders there cost less.</source>
        <translation>例如乡镇名称：沿乡镇界的边界代价较小。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="190"/>
        <source>Or borders rather along lines</source>
        <translation>或边界优先沿线要素</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/regionalise.py" line="191"/>
        <source>Roads, rivers, ridges, or the outlines of polygons.</source>
        <translation>道路、河流、山脊线，或面的轮廓。</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="37"/>
        <source>What is divided</source>
        <translation>划分对象</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="45"/>
        <source>Size of cells, m</source>
        <translation>网格尺寸（m）</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="47"/>
        <source>Side of a square; of a hexagon the distance between two sides.</source>
        <translation>方格为边长；六边形为对边间距。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/messages.py" line="128"/>
        <source>“Check installation” in the menu ☰ says how to get it.</source>
        <translation>请按菜单 ☰ 中的“检查安装”安装。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/messages.py" line="136"/>
        <source>Python lacks {names}, or cannot load it; nothing works without that.</source>
        <translation>Python 缺少 {names} 或无法加载，因此不能进行任何计算。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/messages.py" line="150"/>
        <source>{file} cannot be read or written. Choose another place, or close what holds the file.</source>
        <translation>{file} 无法读写。请换一个位置，或关闭占用该文件的程序。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="333"/>
        <source>Rasters were left out: {library} is missing. “Check installation” in the menu ☰ says how to get it.</source>
        <translation>未统计栅格：缺少 {library}。请按菜单 ☰ 中的“检查安装”安装。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="282"/>
        <source>The plan lies beside its case; a run will tell whether it was made from the case as it is now.</source>
        <translation>成果与方案配置在同一文件夹；是否由当前配置生成，重新运行即知。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="409"/>
        <source>left out</source>
        <translation>未执行</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="110"/>
        <source>The sources are being read for previews, in the background; then a change shows at once.</source>
        <translation>正在后台读取来源，供预览使用；读完后改动即时显示。</translation>
    </message>
    <message>
        <location filename="../ui/work/freshness.py" line="95"/>
        <source>Looking whether sources have changed</source>
        <translation>检查来源是否有变化</translation>
    </message>
    <message>
        <location filename="../ui/work/laying.py" line="72"/>
        <source>Reading the sources for previews</source>
        <translation>读取来源，供预览使用</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="322"/>
        <source>The plan {name} is made: {count} units.</source>
        <translation>成果“{name}”已生成，共 {count} 个单元。</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="52"/>
        <source>These come with QGIS 3.40 or newer: install it once more. Or in the OSGeo4W Shell, in a folder of downloaded packages:</source>
        <translation>QGIS 3.40 及更高版本的安装包自带这些库，重新安装即可；或在 OSGeo4W Shell 中，进入已下载的软件包文件夹，运行：</translation>
    </message>
    <message>
        <location filename="../ui/frame/installation.py" line="73"/>
        <source>Each library is being loaded, to see whether it works…</source>
        <translation>正在逐个加载各库，检查能否使用…</translation>
    </message>
    <message>
        <location filename="../ui/frame/opener.py" line="103"/>
        <source>the demo</source>
        <translation>示例</translation>
    </message>
    <message>
        <location filename="../ui/frame/opener.py" line="118"/>
        <source>Opening {name}…</source>
        <translation>正在打开{name}…</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="82"/>
        <source>One moment: the libraries are being loaded…</source>
        <translation>请稍候，正在加载所需的库…</translation>
    </message>
    <message>
        <location filename="../ui/map/layers.py" line="59"/>
        <source>Borders of counties</source>
        <translation>县界</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="37"/>
        <source>Compare division methods</source>
        <translation>比较划分方法</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="41"/>
        <source>Labels the same faces of a case by several methods and measures what comes out, so that the methods compare exactly.</source>
        <translation>用多种方法对同一方案的同一套图斑贴标签并量算结果，各方法因此可以精确比较。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="45"/>
        <source>The table has one row a method: units and areas by category, what is missed of the priority zones and what is added, likeness within units, shape, borders on township lines, stability over seeds and weights, time and memory. The Pareto front marks methods to which no other is equal in all and better in something.</source>
        <translation>表中每种方法一行：各类单元数和面积、优先区的漏划与多划、单元内的相似程度、形状、落在乡镇界上的边界、对随机种子和权重的稳定性、用时和内存。帕累托前沿标出的方法，没有其他方法在各方面都不差于它且某方面更好。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="51"/>
        <source>Boundary confidence says how often a border survives across methods, seeds and weights: the wider, the surer. The map of disagreement shows where the category of a face depends on the method.</source>
        <translation>边界可信度表示一条边界在各种方法、种子和权重下出现的频率：线越宽越可靠。分歧图显示哪里的图斑类别取决于所用方法。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="56"/>
        <source>Random contiguous divisions of the same size tell what a value is worth. The curve runs fitting over its threshold from 5 to 95 %.</source>
        <translation>用同样规模的随机连续划分作对照，判断指标值的高低是否有意义。曲线给出拟合法阈值从 5% 到 95% 的结果。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="60"/>
        <source>The folder gets tables (CSV, Markdown, Excel, LaTeX), plots (SVG, PNG) and the layers; what is finished there is not computed again.</source>
        <translation>文件夹中写入表格（CSV、Markdown、Excel、LaTeX）、图（SVG、PNG）和图层；其中已完成的部分不会重算。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="76"/>
        <source>Metrics by method</source>
        <translation>各方法指标表</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="78"/>
        <source>One row a method, one column a metric, in m, m² and shares from 0 to 1; columns.csv in the folder says what they mean.</source>
        <translation>每种方法一行，每个指标一列，单位为米、平方米和 0 到 1 的比例；含义见文件夹中的 columns.csv。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="85"/>
        <source>Boundary confidence</source>
        <translation>边界可信度</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="87"/>
        <source>Lines with confidence (0 to 1), what they lie on, and one column a method.</source>
        <translation>线图层：可信度（0 到 1）、所落界线，以及每种方法一列。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="91"/>
        <source>Disagreement</source>
        <translation>方法分歧</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="93"/>
        <source>Faces with the share of each category and the share of pairs of runs that differ.</source>
        <translation>图斑图层：各类别所占比例，以及结果不一致的运行对所占比例。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="96"/>
        <source>Folder for tables and plots</source>
        <translation>表格与图的文件夹</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="97"/>
        <source>A folder of its own; one of an earlier comparison is continued.</source>
        <translation>单独的文件夹；选以前比较的文件夹则接着算。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="99"/>
        <source>Table and plots as a page to read and to print.</source>
        <translation>表和图做成一页，便于阅读和打印。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="101"/>
        <source>Number of methods</source>
        <translation>方法数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/compare_methods.py" line="102"/>
        <source>Methods on the Pareto front</source>
        <translation>帕累托前沿上的方法数</translation>
    </message>
    <message>
        <location filename="../ui/processing/comparison_report.py" line="63"/>
        <source>All methods label the same faces. ★: no other method is better in one metric of the front and as good in the rest.</source>
        <translation>所有方法给同一套图斑贴标签。★：没有其他方法在前沿的某一指标上更好而其余指标不差。</translation>
    </message>
    <message>
        <location filename="../ui/processing/comparison_report.py" line="98"/>
        <source>Plots</source>
        <translation>图</translation>
    </message>
    <message>
        <location filename="../ui/processing/comparison_report.py" line="100"/>
        <source>↑ high is better, ↓ low is better.</source>
        <translation>↑ 越高越好，↓ 越低越好。</translation>
    </message>
    <message>
        <location filename="../ui/processing/comparison_report.py" line="101"/>
        <source>Comparison of methods: {name}</source>
        <translation>划分方法比较：{name}</translation>
    </message>
    <message>
        <location filename="../ui/processing/sinks.py" line="205"/>
        <source>The layer {layer} of {file} cannot be read.</source>
        <translation>无法读取 {file} 的图层 {layer}。</translation>
    </message>
    <message>
        <location filename="../ui/processing/styling.py" line="115"/>
        <source>of the method&apos;s own</source>
        <translation>方法自定的边界</translation>
    </message>
    <message>
        <location filename="../ui/processing/styling.py" line="116"/>
        <source>on a township line</source>
        <translation>落在乡镇界</translation>
    </message>
    <message>
        <location filename="../ui/processing/styling.py" line="117"/>
        <source>on a county line</source>
        <translation>落在县界</translation>
    </message>
    <message>
        <location filename="../ui/processing/styling.py" line="118"/>
        <source>on the shore</source>
        <translation>落在岸线</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="116"/>
        <source>Suggest units by a method</source>
        <translation>按方法建议单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="120"/>
        <source>Divides the faces of a case by any method and shows the units that come out, as a candidate beside the plan. No plan is written or changed.</source>
        <translation>用任一方法划分方案的图斑，把得到的单元作为备选方案显示在现有成果旁边。不写入也不改动任何成果。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="124"/>
        <source>Overlay keeps the categories of the rules; fitting gives each township one category; the others group faces that are alike and neighbours: skater and redcap cut trees, ward merges, azp moves faces between regions, maxp makes as many regions as a floor allows, kmeans_repaired is the baseline.</source>
        <translation>overlay（叠加法）保留规则判定的类别；fitting（拟合法）让每个乡镇归入一个类别；其余方法把相邻且相似的图斑归在一起：skater 和 redcap 切分树，ward 逐步合并，azp 在区域间移动图斑，maxp 在下限允许时尽量多分，kmeans_repaired 是基准方法。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="130"/>
        <source>Red lines, water sources, protected areas and parks stay whole: a unit may grow from one but never splits it or joins two. No unit crosses a county or the shore.</source>
        <translation>生态保护红线、水源保护区、自然保护地和产业园区保持完整：单元可以由其向外生长，但不拆分也不合并它们。单元不跨县界，也不跨岸线。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="135"/>
        <source>The table of metrics has each number of the candidate beside that of the rules alone. “Compare division methods” holds several methods against each other.</source>
        <translation>指标表把备选方案与仅按规则叠加的数值并列。要在多种方法之间比较，请用“比较划分方法”。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="139"/>
        <source>The method string among the results can be given to “Delineate control units”.</source>
        <translation>结果中的方法字符串可以直接填入“划定管控单元”。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="146"/>
        <source>Candidate units</source>
        <translation>备选单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="148"/>
        <source>Number, category, kind, name, county, townships, parts and area; hatched, so that the plan shows through.</source>
        <translation>编号、类别、类型、名称、县、乡镇、块数和面积；用晕线显示，下面的成果仍然可见。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="155"/>
        <source>Candidate borders</source>
        <translation>备选边界</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="157"/>
        <source>Lines between candidate units with their length and what they lie on: township, county, shore or other.</source>
        <translation>备选单元之间的界线，含长度和所落界线：乡镇界、县界、岸线或其他。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="164"/>
        <source>Metrics of the candidate</source>
        <translation>备选方案指标</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="166"/>
        <source>One row a metric: value, the same of the rules alone (overlay), unit, and whether high or low is better.</source>
        <translation>每个指标一行：数值、仅按规则叠加（overlay）的数值、单位、越高还是越低为好。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="172"/>
        <source>Method string</source>
        <translation>方法字符串</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="180"/>
        <source>How units are found; see the help of the algorithm.</source>
        <translation>单元的求法，见本算法的说明。</translation>
    </message>
    <message>
        <location filename="../ui/work/engine_loading.py" line="40"/>
        <source>Loading the libraries</source>
        <translation>加载所需的库</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="52"/>
        <source>A plan that people have edited is not overwritten, unless its edits are to be replayed or discarded.</source>
        <translation>人工修订过的成果不会被覆盖，除非选择重放或丢弃这些修订。</translation>
    </message>
    <message>
        <location filename="../ui/map/candidate_layer.py" line="91"/>
        <source>Candidate: {method}</source>
        <translation>备选：{method}</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="48"/>
        <source>Candidates against the plan</source>
        <translation>备选方案与现有成果对照</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="85"/>
        <source>Plan</source>
        <translation>成果</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="84"/>
        <source>The plan as it stands.</source>
        <translation>现有成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/metric_words.py" line="38"/>
        <source>{metric}: higher is better.</source>
        <translation>{metric}：越高越好。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/metric_words.py" line="39"/>
        <source>{metric}: lower is better.</source>
        <translation>{metric}：越低越好。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/metric_words.py" line="40"/>
        <source>{metric}: describes, does not judge.</source>
        <translation>{metric}：只作描述，不分优劣。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="175"/>
        <source>Better than the plan.</source>
        <translation>优于现有成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="175"/>
        <source>Worse than the plan.</source>
        <translation>不如现有成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="98"/>
        <source>&amp;Suggest</source>
        <translation>生成备选(&amp;S)</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="203"/>
        <source>Divides in the background and shows a candidate beside the plan; nothing is written.</source>
        <translation>在后台划分，把备选方案显示在现有成果旁边；不写入任何内容。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="100"/>
        <source>Ca&amp;ncel</source>
        <translation>取消(&amp;N)</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="103"/>
        <source>Stops what is being computed; plan and candidates stay as they are.</source>
        <translation>停止计算；成果和已有备选方案保持不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="111"/>
        <source>Tries the numbers of regions of this range: what each gains, and after which more gain little.</source>
        <translation>在此范围内逐一试算分区个数：各有多少改进，到哪个数之后再增加收益不大。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="118"/>
        <source>Fewest regions of the curve</source>
        <translation>曲线的最少分区数</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="119"/>
        <source>Most regions of the curve</source>
        <translation>曲线的最多分区数</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="355"/>
        <source>Reason for adopting, for the journal</source>
        <translation>采用理由（写入修订日志）</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="356"/>
        <source>Reason for adopting</source>
        <translation>采用理由</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="357"/>
        <source>Stands in the plan&apos;s journal with your name and the time.</source>
        <translation>与姓名、时间一起写入成果的修订日志。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="373"/>
        <source>&amp;Adopt</source>
        <translation>采用(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="375"/>
        <source>&amp;Discard</source>
        <translation>放弃(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="378"/>
        <source>Drops the candidate of the marked column, and its layer.</source>
        <translation>去掉选中列的备选方案及其图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="215"/>
        <source>The sources are read once; then the faces are divided.</source>
        <translation>先读取一次来源，然后划分图斑。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="217"/>
        <source>Trying numbers of regions…</source>
        <translation>正在试算分区个数……</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="219"/>
        <source>Dividing the faces…</source>
        <translation>正在划分图斑……</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="41"/>
        <source>A candidate stands beside a plan: run the case once, then suggest.</source>
        <translation>备选方案要与成果对照：请先运行一次，再生成备选。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="270"/>
        <source>Makes {candidate} the plan&apos;s labels: an entry in its journal, which later runs replay. A reason is asked for.</source>
        <translation>以 {candidate} 作为成果的划分结果：写入修订日志，以后重新运行时照此重做。须填写理由。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/cluster_form.py" line="64"/>
        <source>Clustering method</source>
        <translation>聚类方法</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/cluster_form.py" line="65"/>
        <source>All of them keep regions connected; they differ in what they look for.</source>
        <translation>各方法都保证分区连片，区别在于追求的目标。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/cluster_form.py" line="253"/>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/cluster_form.py" line="81"/>
        <source>Limits, prices of borders and how the method searches.</source>
        <translation>面积限制、边界权重和搜索方式。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/cluster_form.py" line="187"/>
        <source>At least {count} with these settings: one for each part that touches no other and for each fixed unit.</source>
        <translation>按当前设置至少 {count} 个：每个互不相邻的部分、每个固定单元各一个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/k_curve.py" line="46"/>
        <source>A click, or the arrow keys, take this number of regions.</source>
        <translation>单击或用方向键选取分区个数。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/k_curve.py" line="60"/>
        <source>Pseudo-F is largest at k = {best}; after k = {knee} more regions gain little.</source>
        <translation>伪 F 值在 k = {best} 时最大；k = {knee} 之后再增加分区收益不大。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/k_curve.py" line="122"/>
        <source>pseudo-F</source>
        <translation>伪 F 值</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/k_curve.py" line="123"/>
        <source>variance within</source>
        <translation>区内方差</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/cluster_card.py" line="57"/>
        <source>Suggested by clustering</source>
        <translation>聚类建议</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/cluster_card.py" line="58"/>
        <source>Neighbouring faces that are alike in terrain, cover and the like form units: a candidate beside the plan, which you adopt or discard.</source>
        <translation>把地形、地表覆盖等条件相近的相邻图斑合成单元：作为现有成果之外的备选方案，由您决定采用或放弃。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="168"/>
        <source>The plan&apos;s labels were adopted: {name}.</source>
        <translation>成果采用的划分：{name}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="287"/>
        <source>The plan is made from the case as it is, with the division that was adopted: {method}.</source>
        <translation>成果与当前方案配置一致，并采用了划分：{method}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="83"/>
        <source>more, joined by +: slope.stdev+red_line</source>
        <translation>其他，用“+”连接：slope.stdev+red_line</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="85"/>
        <source>Other statistics of a raster (name.stdev, name.majority) and roles, whose share of a face counts; weights as name:2.</source>
        <translation>栅格的其他统计值（名称.stdev、名称.majority），或角色名（取其占图斑的比例）；权重写作 名称:2。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="101"/>
        <source>Regions are to be alike in these; a weight of 2 counts twice.</source>
        <translation>分区内部应在这些指标上相近；权重 2 即计两倍。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="125"/>
        <source>place (x and y)</source>
        <translation>位置（x、y 坐标）</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="135"/>
        <source>Weight of {name}</source>
        <translation>{name} 的权重</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="136"/>
        <source>How much {name} counts beside the others.</source>
        <translation>{name} 相对于其他指标的权重。</translation>
    </message>
    <message>
        <location filename="../ui/processing/comparison_report.py" line="71"/>
        <source>Classification: {mark}, the highest of the sources&apos;</source>
        <translation>密级：{mark}（取各来源图层中的最高）</translation>
    </message>
    <message>
        <location filename="../ui/work/candidates.py" line="122"/>
        <source>Suggesting units</source>
        <translation>生成备选单元</translation>
    </message>
    <message>
        <location filename="../ui/work/candidates.py" line="172"/>
        <source>Least number of regions</source>
        <translation>最少分区数</translation>
    </message>
    <message>
        <location filename="../ui/work/candidates.py" line="301"/>
        <source>Measuring the plan</source>
        <translation>计算成果指标</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/adopting.py" line="31"/>
        <source>Candidates beside the plan: {count}. Adopt one or discard them.</source>
        <translation>现有备选方案 {count} 个，请采用其一或放弃。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="235"/>
        <source>In the plan&apos;s journal: {method}, adopted by {author} on {day}. {reason}</source>
        <translation>修订日志：{author} 于 {day} 采用 {method}。{reason}</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plot.py" line="131"/>
        <source>{metric}: {value}, the plan {plan}: better</source>
        <translation>{metric}：{value}，现有成果 {plan}，较优</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plot.py" line="133"/>
        <source>{metric}: {value}, the plan {plan}: worse</source>
        <translation>{metric}：{value}，现有成果 {plan}，较差</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plot.py" line="135"/>
        <source>{metric}: {value}, as the plan</source>
        <translation>{metric}：{value}，与现有成果相同</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plots.py" line="34"/>
        <source>All metrics</source>
        <translation>全部指标</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plots.py" line="35"/>
        <source>A line a metric, the plan in the middle.</source>
        <translation>每个指标一行，现有成果居中。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plots.py" line="38"/>
        <source>Two metrics</source>
        <translation>两个指标</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plots.py" line="39"/>
        <source>Two metrics against each other, which you choose.</source>
        <translation>自选两个指标相互对照。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plots.py" line="48"/>
        <source>Metric to the right</source>
        <translation>横轴指标</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/plots.py" line="48"/>
        <source>Metric upwards</source>
        <translation>纵轴指标</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/scatter.py" line="34"/>
        <source>Candidates and the plan by two metrics</source>
        <translation>按两个指标对照备选方案与现有成果</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/scatter.py" line="36"/>
        <source>Right and up is better; the lines are the plan&apos;s values. Filled: none of the others is better in both. A click, or the arrow keys, choose a candidate.</source>
        <translation>越靠右、越靠上越好；虚线为现有成果的取值。实心表示没有其他方案在两个指标上都更优。单击或用方向键选择备选方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/strips.py" line="47"/>
        <source>Candidates against the plan, a line a metric</source>
        <translation>备选方案与现有成果对照，每个指标一行</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/strips.py" line="49"/>
        <source>Right of the middle is better than the plan, left of it worse; each line has a scale of its own. A click, or the arrow keys, choose a candidate.</source>
        <translation>中线右侧优于现有成果，左侧劣于现有成果；各行比例尺不同。单击或用方向键选择备选方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/strips.py" line="120"/>
        <source>← worse</source>
        <translation>← 较差</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/strips.py" line="125"/>
        <source>better →</source>
        <translation>较优 →</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="381"/>
        <source>Co&amp;mpare methods…</source>
        <translation>比较方法(&amp;M)…</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="384"/>
        <source>Opens “Compare division methods” with this case and these candidates: more metrics, random divisions, stability, and how sure each border is.</source>
        <translation>打开“比较划分方法”，并填好本方案配置和这些备选方案：更多指标、随机划分检验、稳定性以及每段边界的可信度。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="309"/>
        <source>The Processing toolbox is switched off: switch the plugin Processing on to compare methods.</source>
        <translation>“处理”工具箱未启用：请先启用 Processing 插件，再比较方法。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="156"/>
        <source>Reason: {reason}</source>
        <translation>理由：{reason}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="157"/>
        <source>Basis: {reason}</source>
        <translation>依据：{reason}</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="73"/>
        <source>standardised (mean 0, deviation 1)</source>
        <translation>标准化（均值 0，标准差 1）</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="74"/>
        <source>to the range from 0 to 1</source>
        <translation>归一到 0–1</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="75"/>
        <source>as they are</source>
        <translation>原值</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="76"/>
        <source>a common border or point</source>
        <translation>有公共边或公共点</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="77"/>
        <source>a common border</source>
        <translation>有公共边</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="78"/>
        <source>the layer&apos;s polygons</source>
        <translation>图层中的多边形</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="79"/>
        <source>squares</source>
        <translation>方格网</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="80"/>
        <source>hexagons</source>
        <translation>六边形网</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="81"/>
        <source>catchments</source>
        <translation>汇水区</translation>
    </message>
    <message>
        <location filename="../ui/processing/choices.py" line="82"/>
        <source>townships</source>
        <translation>乡镇</translation>
    </message>
    <message>
        <location filename="../ui/pages/history_view.py" line="33"/>
        <source>(undone)</source>
        <translation>（已撤销）</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="38"/>
        <source>The layer&apos;s polygons, or units made over them: squares, hexagons, catchments of a DEM, or townships. They take fields over by area.</source>
        <translation>图层的图斑，或在其上生成的单元：方格、六边形、由 DEM 划分的汇水区、乡镇；字段按面积转入。</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="50"/>
        <source>Elevation model (for catchments)</source>
        <translation>高程模型（用于汇水区）</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="51"/>
        <source>Depressions are filled, water runs the steepest way, and every link of its streams has a catchment. Where there is no value, each connected part is a unit.</source>
        <translation>先填洼，水流沿最陡方向，每个河段对应一个汇水区；无值处每个连片部分各为一个单元。</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="58"/>
        <source>Contributing area of a stream, m²</source>
        <translation>成为河道的汇水面积（m²）</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="60"/>
        <source>From which on water is a stream: the smaller, the more catchments. Those under a tenth of it go to the one below.</source>
        <translation>汇水面积达到此值即为河道：越小，汇水区越多；小于其十分之一的汇水区并入下游。</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="66"/>
        <source>Townships: field of the layer</source>
        <translation>乡镇：图层的字段</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="67"/>
        <source>Polygons with one value of it are one unit, also where they do not touch.</source>
        <translation>该字段值相同的图斑合为一个单元，互不相连的也算一个。</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="71"/>
        <source>Townships: or another layer</source>
        <translation>乡镇：或另一图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="72"/>
        <source>Its polygons cut the layer; what they leave of it is a unit for each connected part.</source>
        <translation>以其图斑切割图层；未覆盖之处每个连片部分各为一个单元。</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="78"/>
        <source>Townships: field of that layer</source>
        <translation>乡镇：该图层的字段</translation>
    </message>
    <message>
        <location filename="../ui/processing/base_units.py" line="79"/>
        <source>Its polygons with one value are one unit; each polygon by itself if empty.</source>
        <translation>该字段值相同的图斑合为一个单元；留空则每个图斑各为一个单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="214"/>
        <source>Edits in the journal: {count}</source>
        <translation>日志中的修订：{count} 项</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="106"/>
        <source>Into the &amp;case</source>
        <translation>写入方案(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="287"/>
        <source>The plan&apos;s labels were adopted, and runs replay them: adopt another candidate.</source>
        <translation>成果的单元是采用来的，再次运行时会保留；请改为采用另一个备选。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="289"/>
        <source>The case has this method with these settings.</source>
        <translation>方案已是这种方法和这些设置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="291"/>
        <source>Makes this method and its settings the case&apos;s own: the next run divides by them.</source>
        <translation>把这种方法及其设置写入方案，下次运行按此划分。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/cluster_form.py" line="254"/>
        <source>More ({count} set)</source>
        <translation>更多（已设 {count} 项）</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/make_source.py" line="30"/>
        <source>Make a source</source>
        <translation>生成来源图层</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/make_source.py" line="34"/>
        <source>Made at every run over the study area. Its outlines cut the faces, and it decides no category: units can be aligned with it or kept inside it.</source>
        <translation>每次运行时按研究范围生成。其界线切割图斑，但不决定管控类别；单元边界可以贴合它，也可以不跨越它。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/make_source.py" line="40"/>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/make_source.py" line="49"/>
        <source>The sources have just this already.</source>
        <translation>来源中已有完全相同的一项。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/make_source.py" line="58"/>
        <source>How it is made</source>
        <translation>生成方式</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="70"/>
        <source>They cut the faces wherever their outlines run, and decide no category.</source>
        <translation>其界线所到之处切割图斑，不决定管控类别。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="74"/>
        <source>Squares</source>
        <translation>方格</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="75"/>
        <source>Hexagons</source>
        <translation>六边形</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="76"/>
        <source>Catchments of an elevation model</source>
        <translation>由 DEM 提取的汇水区</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="77"/>
        <source>A layer&apos;s polygons united by a field</source>
        <translation>按字段合并某图层的多边形</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="136"/>
        <source>Wh&amp;at</source>
        <translation>内容(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="138"/>
        <source>Si&amp;ze</source>
        <translation>尺寸(&amp;Z)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="90"/>
        <source>Rasters (*.tif *.tiff *.img *.asc *.vrt);;All files (*)</source>
        <translation>栅格 (*.tif *.tiff *.img *.asc *.vrt);;所有文件 (*)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="91"/>
        <source>Elevation model</source>
        <translation>数字高程模型（DEM）</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="92"/>
        <source>Heights in metres; it should reach a little beyond the counties.</source>
        <translation>高程以米计；范围宜略大于各县。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="139"/>
        <source>&amp;Elevation model</source>
        <translation>高程 DEM(&amp;E)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="100"/>
        <source>From this area on water is a stream, and every stretch of a stream has a catchment: the smaller, the more.</source>
        <translation>汇水面积达到此值即成河，每个河段对应一个汇水区；此值越小，汇水区越多。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="140"/>
        <source>Streams fr&amp;om</source>
        <translation>成河面积(&amp;O)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="106"/>
        <source>Sea up to a h&amp;eight of</source>
        <translation>海面高程不高于(&amp;E)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="108"/>
        <source>Only where the elevation model has heights at sea; cells up to this height are sea.</source>
        <translation>仅当 DEM 在海上也有高程时使用；不高于此值的像元为海。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="117"/>
        <source>The layer that is united; it has to be among the sources.</source>
        <translation>要合并的图层，须已在来源之中。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="142"/>
        <source>&amp;Layer</source>
        <translation>图层(&amp;L)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="123"/>
        <source>Polygons with one value of this field become one.</source>
        <translation>此字段值相同的多边形合为一个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="143"/>
        <source>Fiel&amp;d</source>
        <translation>字段(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="248"/>
        <source>Squares over the study area, counted from its south-west corner.</source>
        <translation>覆盖研究范围的方格，从西南角起编号。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="249"/>
        <source>Hexagons over the study area, counted from its south-west corner.</source>
        <translation>覆盖研究范围的六边形，从西南角起编号。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="250"/>
        <source>Where rain runs off together, by the relief alone: canals and pumps are not known.</source>
        <translation>雨水汇到一处的范围，只依据地形，不考虑渠道和泵站。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/maker_fields.py" line="251"/>
        <source>For example villages with the same township code as townships.</source>
        <translation>例如把乡镇代码相同的村合并为乡镇。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="122"/>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/setting_fields.py" line="259"/>
        <source>Add one of those that the case has (key Down)</source>
        <translation>从方案已有的名称中添加（按 ↓ 键）</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/setting_fields.py" line="272"/>
        <source>The case has no more of them</source>
        <translation>方案中没有更多可选的了</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="130"/>
        <source>These lines cut no face and decide no category. Borders of units keep to them where the method is told so: Method, lines to keep to.</source>
        <translation>这些线不切割图斑，也不决定管控类别，只供单元边界贴合：在“方法”中设置“贴合的界线”。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="341"/>
        <source>Lines for alignment</source>
        <translation>对齐线（供边界贴合）</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="240"/>
        <source>made</source>
        <translation>运行时生成</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="144"/>
        <source>&amp;Make…</source>
        <translation>生成…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="146"/>
        <source>Add squares, hexagons, catchments of an elevation model, or polygons united by a field, made at every run.</source>
        <translation>添加方格、六边形、由 DEM 提取的汇水区，或按字段合并的多边形，每次运行时生成。</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="89"/>
        <source>grid of {size} m</source>
        <translation>{size} m 方格</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="90"/>
        <source>hexagons of {size} m</source>
        <translation>{size} m 六边形</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="91"/>
        <source>catchments of {file}, from {area} km²</source>
        <translation>{file} 的汇水区（{area} km² 起）</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="92"/>
        <source>{of} united by {field}</source>
        <translation>{of} 按 {field} 合并</translation>
    </message>
    <message>
        <location filename="../ui/work/offered_methods.py" line="51"/>
        <source>The division methods of an installed package are left out. {reason}</source>
        <translation>某个已安装软件包提供的划分方法未能加载。{reason}</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="66"/>
        <source>A candidate in grey was made from other settings or sources than the case has now, and cannot be adopted; “Suggest” makes it anew.</source>
        <translation>灰色的备选方案是按别的设置或来源图层生成的，与方案现在的不同，不能采用；点“生成备选”可重新生成。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/adopting.py" line="33"/>
        <source>Candidates that no longer fit the case: {count}. Suggest anew or discard them.</source>
        <translation>有 {count} 个备选方案与方案现在的设置不符，请重新生成或放弃。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="239"/>
        <source>Adopting a candidate…</source>
        <translation>正在采用备选方案…</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/adopting.py" line="88"/>
        <source>Adopting a candidate: {stage}</source>
        <translation>正在采用备选方案：{stage}</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="323"/>
        <source>Adopting was stopped; the plan is as it was.</source>
        <translation>采用已停止，成果保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/adopting.py" line="108"/>
        <source>Adopting failed; the plan is as it was. {why}</source>
        <translation>采用失败，成果保持原样。{why}</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="194"/>
        <source>Choose at least one: without any there is nothing to be alike in.</source>
        <translation>请至少选择一项：一项都不选，就没有可比较的相似指标。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="60"/>
        <source>Another file for {name}</source>
        <translation>为 {name} 另选文件</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="111"/>
        <source>{file} is there already. Replace it?</source>
        <translation>{file} 已存在，是否替换？</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="112"/>
        <source>Replace it</source>
        <translation>替换</translation>
    </message>
    <message>
        <location filename="../ui/widgets/signed_line.py" line="54"/>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <location filename="../ui/pages/why_card.py" line="144"/>
        <source>The plan does not reach to this place.</source>
        <translation>此处不在成果范围内。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="102"/>
        <source>People have edited this plan; a run makes it anew without their edits. The plan as it is stays beside it (… .before.gpkg).</source>
        <translation>此成果已有人工修订；重新运行将不含这些修订。现有成果保留在旁边（… .before.gpkg）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="186"/>
        <source>Choose another &amp;file…</source>
        <translation>另选文件(&amp;F)…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="189"/>
        <source>The case then reads this source from there; fields are matched by name, and what differs is shown.</source>
        <translation>方案改从所选文件读取此来源；字段按名称对应，差异会列出。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="195"/>
        <source>Look a&amp;gain</source>
        <translation>重新读取(&amp;G)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="198"/>
        <source>Reads the file anew, after it was put back or mended.</source>
        <translation>文件放回原处或修改后，重新读取。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="128"/>
        <source>In place of {file}.</source>
        <translation>替代 {file}。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="139"/>
        <source>Features: {count}, as before.</source>
        <translation>要素 {count} 个，与之前相同。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="140"/>
        <source>Features: {count}; there were {before}.</source>
        <translation>要素 {count} 个，之前为 {before} 个。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="144"/>
        <source>Its CRS is {crs}; it was {before}.</source>
        <translation>坐标系为 {crs}，之前为 {before}。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="156"/>
        <source>The field {field} is gone; another was looked for.</source>
        <translation>字段 {field} 不存在，已另找对应字段。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="158"/>
        <source>The field {field} is called {now} here.</source>
        <translation>字段 {field} 在此文件中名为 {now}。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="167"/>
        <source>Columns that are new: {names}.</source>
        <translation>新增的列：{names}。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="168"/>
        <source>Columns that are gone: {names}.</source>
        <translation>缺少的列：{names}。</translation>
    </message>
    <message>
        <location filename="../ui/work/other_file.py" line="173"/>
        <source>It has the same columns.</source>
        <translation>列与之前相同。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="209"/>
        <source>Other sources that cannot be used and are of the same file: {count}. Shall they be read from {file} too?</source>
        <translation>另有 {count} 个无法使用的来源出自同一文件，是否也改从 {file} 读取？</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="214"/>
        <source>All of them</source>
        <translation>全部改用</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="214"/>
        <source>This one only</source>
        <translation>仅此一个</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_plan.py" line="49"/>
        <source>Export a plan</source>
        <translation>导出成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_plan.py" line="56"/>
        <source>The file appears whole or not at all. A plan is only read, and never written over.</source>
        <translation>文件要么完整写出，要么不出现。成果只读取，不会被覆盖。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_plan.py" line="79"/>
        <source>Exported file</source>
        <translation>导出文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_plan.py" line="80"/>
        <source>Its suffix has to be that of the format.</source>
        <translation>扩展名须与格式一致。</translation>
    </message>
    <message>
        <location filename="../ui/processing/print_algorithm.py" line="60"/>
        <source>Written: {files}</source>
        <translation>已写出：{files}</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="174"/>
        <source>raster as evidence</source>
        <translation>栅格，作为评价指标</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="180"/>
        <source>scores</source>
        <translation>评分</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="181"/>
        <source>grades</source>
        <translation>等级</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="182"/>
        <source>classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="190"/>
        <source>code</source>
        <translation>编码</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="191"/>
        <source>name</source>
        <translation>名称</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="192"/>
        <source>zone</source>
        <translation>分区</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/guess_roles.py" line="193"/>
        <source>grade</source>
        <translation>等级</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="38"/>
        <source>{sum}, m²</source>
        <translation>{sum}（m²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="71"/>
        <source>Output</source>
        <translation>成果输出</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="85"/>
        <source>What was exported when, from which plan, by whichever door.</source>
        <translation>什么时候导出了什么、来自哪份成果；从工具箱和命令行导出的也在其中。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="101"/>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="105"/>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="106"/>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="111"/>
        <source>What was exported before</source>
        <translation>以前导出的文件</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="120"/>
        <source>Exports all that is ticked, one after the other; QGIS stays free for other work.</source>
        <translation>依次导出所有勾选的成果；期间 QGIS 可照常使用。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="127"/>
        <source>Stops; what is written whole stays, the file being written is as it was before.</source>
        <translation>停止；已完整写出的保留，正在写的文件保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="152"/>
        <source>&amp;Export what is ticked ({count})</source>
        <translation>导出所选 {count} 项(&amp;E)</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="160"/>
        <source>There is no plan yet, so nothing to export: make one by the step Run, or open one by the menu ☰.</source>
        <translation>还没有划定成果，暂无可输出的内容：请在“运行”一步生成，或用菜单 ☰ 打开一份成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="165"/>
        <source>A run is on its way; its plan can be exported when it is done.</source>
        <translation>正在运行；运行结束后即可输出新的成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="167"/>
        <source>This plan has no case beside it: whether it is up to date with its sources nobody can say.</source>
        <translation>这份成果旁没有方案配置，无法判断它与来源数据是否一致。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="170"/>
        <source>The case or its sources have changed since this plan was made. What is exported is the plan as it was made; run again first for one that is up to date.</source>
        <translation>成果生成后，方案或来源数据有变化。现在导出的仍是当时生成的成果；如需最新成果，请先再次运行。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="179"/>
        <source>Exported before ({count})</source>
        <translation>导出记录（{count}）</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="106"/>
        <source>this plan</source>
        <translation>当前成果</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="106"/>
        <source>an earlier one</source>
        <translation>以前的成果</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="292"/>
        <source>{file}
Plan: {plan}, {status}. A double click opens it.</source>
        <translation>{file}
成果：{plan}，{status}。双击打开。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="207"/>
        <source>Files and maps come once a plan is made or opened.</source>
        <translation>运行或打开成果后，可在此输出清单、图层、表格和图件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="210"/>
        <source>Export what is ticked</source>
        <translation>导出所选</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="212"/>
        <source>Exporting…</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="223"/>
        <source>Not exported: {names}; the row says why.</source>
        <translation>未能导出：{names}；原因见该行。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="227"/>
        <source>Exported from this plan: {count} files or layers.</source>
        <translation>已由当前成果导出 {count} 个文件或图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="229"/>
        <source>The plan has changed since it was exported; what was exported is out of date.</source>
        <translation>导出后成果有变化，以前导出的文件已过期。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="231"/>
        <source>Nothing has been exported from this plan yet.</source>
        <translation>当前成果尚未导出。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="265"/>
        <source>There already, and not exported from this plan: {files} ({count} in all). Replace what is there?</source>
        <translation>以下文件已存在，且不是由这份成果导出的：{files}（共 {count} 个）。是否替换？</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="74"/>
        <source>Ticked: exported together with all others that are ticked.</source>
        <translation>勾选后，与其他勾选的成果一起导出。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="81"/>
        <source>Kind of file</source>
        <translation>文件格式</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="82"/>
        <source>As which kind of file it is written.</source>
        <translation>写成哪种格式的文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="95"/>
        <source>Another folder or name</source>
        <translation>另选文件夹或文件名</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="100"/>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="102"/>
        <source>What else can be set of this kind of file.</source>
        <translation>这种格式还可设置的内容。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="106"/>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="108"/>
        <source>Export this one alone, now.</source>
        <translation>现在只导出这一项。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/signed_line.py" line="48"/>
        <source>Open file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <location filename="../ui/widgets/signed_line.py" line="49"/>
        <source>Opens it in the program that the system has for it.</source>
        <translation>用系统默认的程序打开。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/signed_line.py" line="55"/>
        <source>Shows the folder in which it lies.</source>
        <translation>显示文件所在的文件夹。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="139"/>
        <source>Exported {time}; {file} is no longer there.</source>
        <translation>{time} 导出；{file} 已不在原处。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="141"/>
        <source>Exported {time}</source>
        <translation>{time} 已导出</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="143"/>
        <source>Exported {time}: {file}</source>
        <translation>{time} 已导出：{file}</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="146"/>
        <source>Out of date: exported {time}; the plan has changed since.</source>
        <translation>已过期：{time} 导出后，成果有变化。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="152"/>
        <source>Not exported; what was there before is as it was. {why}</source>
        <translation>未导出，原有文件未改动。{why}</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="155"/>
        <source>Being exported…</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="157"/>
        <source>Comes after the others.</source>
        <translation>等待导出。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="46"/>
        <source>Where to export: {name}</source>
        <translation>导出位置：{name}</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="100"/>
        <source>To files and &amp;maps…</source>
        <translation>输出成果(&amp;M)…</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="101"/>
        <source>Lists, layers, tables and maps of this plan: the page Output, the next step.</source>
        <translation>转到“成果输出”：把这份成果写成清单、图层、表格和图件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_plan.py" line="53"/>
        <source>Writes entry lists, units, element zones, tables or a map of a plan as a file for others.</source>
        <translation>把成果的准入清单、管控单元、环境要素管控分区、统计表或图件写成文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_plan.py" line="57"/>
        <source>Layers have the field names of the profile (layers.toml). A Shapefile&apos;s texts are in GBK, or in UTF-8 where a text has a character that GBK lacks; its .cpg says which. A file geodatabase is a folder that ends in .gdb.</source>
        <translation>图层字段名按配置的 layers.toml。Shapefile 的文字用 GBK，有 GBK 以外的字时用 UTF-8，由 .cpg 说明。文件地理数据库是以 .gdb 结尾的文件夹。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_plan.py" line="75"/>
        <source>Only for: {formats}. Another format refuses it.</source>
        <translation>仅用于：{formats}；其他格式不接受此项。</translation>
    </message>
    <message>
        <location filename="../ui/work/export_options.py" line="25"/>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <location filename="../ui/work/part_export.py" line="47"/>
        <source>Exporting {name}</source>
        <translation>正在导出 {name}</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="30"/>
        <source>Print the map of a plan</source>
        <translation>打印管控单元图</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="34"/>
        <source>Prints the units of a plan with title, legend, scale bar and notes as a PDF or a picture, A4 to A0.</source>
        <translation>将成果的管控单元连同标题、图例、比例尺和说明打印为 PDF 或图片，幅面 A4 至 A0。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="37"/>
        <source>The sheets are print layouts that can be edited in QGIS (.qpt); what is filled in goes by the ids of their items.</source>
        <translation>版面是可在 QGIS 中编辑的打印布局模板（.qpt）；各项内容按布局项的编号填入。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="41"/>
        <source>By township there is a file for each besides, in a folder beside that of the whole.</source>
        <translation>按乡镇分幅时，另为每个乡镇输出一个文件，放在全图旁的文件夹中。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="42"/>
        <source>All files appear whole or not at all. The plan is only read.</source>
        <translation>所有文件要么完整输出，要么一个也不留。成果文件只读取。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="52"/>
        <source>Only the whole</source>
        <translation>仅全图</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="53"/>
        <source>Each township besides</source>
        <translation>全图及各乡镇分幅</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="56"/>
        <source>Maps</source>
        <translation>图幅</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="57"/>
        <source>The whole with all counties at once, or an extract of each township besides.</source>
        <translation>包含所有县的全图，或另加各乡镇分幅图。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="62"/>
        <source>PDF (*.pdf)</source>
        <translation>PDF 文件 (*.pdf)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="62"/>
        <source>Picture (*.png)</source>
        <translation>图片 (*.png)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="64"/>
        <source>Map</source>
        <translation>管控单元图</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="65"/>
        <source>Its suffix says as what.</source>
        <translation>由扩展名决定格式。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_map.py" line="69"/>
        <source>Number of maps</source>
        <translation>图幅数</translation>
    </message>
    <message>
        <location filename="../ui/processing/print_algorithm.py" line="53"/>
        <source>File for the report</source>
        <translation>结果说明文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/print_algorithm.py" line="54"/>
        <source>For programs: files, facts and errors as JSON.</source>
        <translation>供程序读取：以 JSON 写出文件、要点和错误。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="239"/>
        <source>It is the layout of this package: {file}</source>
        <translation>已用作本次成果包的样式：{file}</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="265"/>
        <source>empty</source>
        <translation>留空</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="55"/>
        <source>As last year</source>
        <translation>照去年的样子交</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="56"/>
        <source>Learns the layout from a package that was accepted, or from the province&apos;s sample.</source>
        <translation>从已通过备案的成果包或省里下发的样例中学习样式。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="86"/>
        <source>Drop the folder of last year&apos;s package here, unpacked, or choose it.</source>
        <translation>把去年的成果包文件夹（已解压）拖到这里，或点右侧选择。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="88"/>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="91"/>
        <source>It is only read. Nothing is learned from archives.</source>
        <translation>只读取，不改动。压缩包须先解压。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="70"/>
        <source>What was learned, line by line</source>
        <translation>逐项识别结果</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="107"/>
        <source>What is written into this column this year.</source>
        <translation>今年这一列写入的内容。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="117"/>
        <source>This &amp;column holds</source>
        <translation>这一列填写(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="123"/>
        <source>Use this layout</source>
        <translation>用这个样式</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="126"/>
        <source>Keeps it as a file beside the plan and packages by it.</source>
        <translation>保存为成果旁的样式文件，并按它生成成果包。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="130"/>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="132"/>
        <source>Shows this list no longer; a layout that is used stays.</source>
        <translation>不再显示识别结果；已采用的样式不受影响。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="191"/>
        <source>Nothing, it stays empty</source>
        <translation>留空，不填写</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="205"/>
        <source>Folder of last year&apos;s package</source>
        <translation>去年的成果包文件夹</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="224"/>
        <source>Package layout (*.toml)</source>
        <translation>成果包样式 (*.toml)</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="279"/>
        <source>{column} → {content}</source>
        <translation>{column} → {content}</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="219"/>
        <source>Keep the layout as</source>
        <translation>样式另存为</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="152"/>
        <source>Looking at every column…</source>
        <translation>正在逐列识别…</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="237"/>
        <source>Files that have no place in it: {count}.</source>
        <translation>未纳入样式的文件：{count} 个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="216"/>
        <source>The package waits: open errors, {count} of them.</source>
        <translation>备案成果包尚未生成：有 {count} 处错误未处理。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="220"/>
        <source>The package is not done; its card says why.</source>
        <translation>备案成果包未完成，原因见卡片。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/page.py" line="192"/>
        <source>Package for filing</source>
        <translation>备案成果包</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="80"/>
        <source>Folder with scanned documents: a file belongs where its name says.</source>
        <translation>扫描件所在的文件夹：按文件名归入各项附件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="154"/>
        <source>none</source>
        <comment>no folder or file is chosen</comment>
        <translation>未选择</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="172"/>
        <source>{places} files and layers; each is read back and compared before the package is called good.</source>
        <translation>含 {places} 项成果；逐项写出、回读、核对，全部一致才算完成。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="233"/>
        <source>Where the package&apos;s folder is put</source>
        <translation>成果包放在哪个文件夹</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="244"/>
        <source>A private key to sign with</source>
        <translation>签名用的私钥</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="266"/>
        <source>{folder} is there already and was not made from this plan. Replace it whole?</source>
        <translation>{folder} 已存在，且不是由这份成果生成的。整个替换吗？</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="276"/>
        <source>✓ {slot}: {files}</source>
        <translation>✓ {slot}：{files}</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="276"/>
        <source>missing: {slot}</source>
        <translation>缺 {slot}</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="279"/>
        <source>✗ {files}: the content is not what the name says, left out</source>
        <translation>✗ {files}：内容与扩展名不符，不放入</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="68"/>
        <source>Folders, files, layers, fields and sheets as the receiver wants them.</source>
        <translation>接收单位要求的文件夹、文件、图层、字段和表格。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="94"/>
        <source>&amp;Layout</source>
        <translation>样式(&amp;L)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="65"/>
        <source>Province</source>
        <translation>省（区）</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="95"/>
        <source>Folder</source>
        <translation>位置</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="96"/>
        <source>Documents</source>
        <translation>附件</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="104"/>
        <source>&amp;Make the package</source>
        <translation>生成备案成果包(&amp;M)</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="107"/>
        <source>Checks the plan anew, writes all files, reads each back and compares it; the folder is there whole or not at all.</source>
        <translation>重新质检，写出全部文件，逐个回读核对；文件夹要么完整生成，要么不生成。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="183"/>
        <source>No documents: {slots} are noted as missing.</source>
        <translation>缺：{slots}（可不选，缺件写入说明）</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="189"/>
        <source>Left out, as they fit no place or several: {files}</source>
        <translation>不放入（不对应附件项，或同时对应几项）：{files}</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="223"/>
        <source>A package layout</source>
        <translation>选择成果包样式</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="239"/>
        <source>Folder with scanned documents</source>
        <translation>扫描件文件夹</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="245"/>
        <source>Keys (*.pem *.key);;All files (*)</source>
        <translation>密钥 (*.pem *.key);;所有文件 (*)</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="149"/>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="93"/>
        <source>The reasons stand in the package, in its report of the checks.</source>
        <translation>理由写入成果包的质检报告。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="35"/>
        <source>Package with these reasons</source>
        <translation>按以上理由生成</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="67"/>
        <source>No package was made: {count} errors are open. That many are mended, not explained: step Result lists them.</source>
        <translation>备案成果包未生成：有 {count} 处错误未处理。数量过多，请先改正，清单见“结果”页。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="118"/>
        <source>Reason why it has to stay as it is</source>
        <translation>保留原样的理由</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="119"/>
        <source>Goes into the package&apos;s report with the error.</source>
        <translation>与该错误一起写入成果包的质检报告。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="124"/>
        <source>Zoom</source>
        <translation>定位</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="77"/>
        <source>No package was made: an error is open. Mend it, or write down why it has to stay.</source>
        <translation>备案成果包未生成：有 1 处错误未处理。请改正，或写明必须保留的理由。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="79"/>
        <source>No package was made: {count} errors are open. Mend them, or write down for each why it has to stay.</source>
        <translation>备案成果包未生成：有 {count} 处错误未处理。请改正，或逐条写明必须保留的理由。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="92"/>
        <source>{count} reasons are still missing.</source>
        <translation>还缺 {count} 条理由。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="158"/>
        <source>Made and read back: {folder}
{files} files, classification: {mark}, {warnings} warnings</source>
        <translation>已生成并回读核对：{folder}
{files} 个文件，密级：{mark}，提示 {warnings} 条</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="164"/>
        <source>Errors that stand with a reason: {count}</source>
        <translation>说明理由后保留的错误：{count} 处</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="45"/>
        <source>What a reader of the package is told.</source>
        <translation>成果包中向接收单位说明的事项。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="51"/>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="52"/>
        <source>Holds every file against the package&apos;s manifest.</source>
        <translation>按文件清单逐个核对成果包中的文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="89"/>
        <source>What a reader of the package is told</source>
        <translation>向接收单位说明的事项</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="167"/>
        <source>It could not be noted in the plan&apos;s history.</source>
        <translation>未能记入成果的导出记录。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="132"/>
        <source>On its way…</source>
        <translation>正在进行…</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="140"/>
        <source>Warnings ({count})</source>
        <translation>提示（{count}）</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/verify_package.py" line="60"/>
        <source>… and {count} more</source>
        <translation>…… 另有 {count} 项</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="122"/>
        <source>Made {time}; {folder} is no longer there.</source>
        <translation>{time} 生成的 {folder} 已不在原处。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="124"/>
        <source>Made {time}: {folder}</source>
        <translation>{time} 已生成：{folder}</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="126"/>
        <source>Out of date: made {time}; the plan has changed since.</source>
        <translation>已过期：{time} 生成，此后成果有变化。</translation>
    </message>
    <message>
        <location filename="../ui/widgets/chosen_path.py" line="31"/>
        <source>Take the choice back</source>
        <translation>取消所选</translation>
    </message>
    <message>
        <location filename="../ui/work/last_year.py" line="65"/>
        <source>as_last_year</source>
        <comment>name of a file</comment>
        <translation>去年样式</translation>
    </message>
    <message>
        <location filename="../ui/work/last_year.py" line="86"/>
        <source>Learning {name}</source>
        <translation>识别 {name}</translation>
    </message>
    <message>
        <location filename="../ui/work/packaging.py" line="248"/>
        <source>Looking at documents</source>
        <translation>查看附件</translation>
    </message>
    <message>
        <location filename="../ui/work/packaging.py" line="149"/>
        <source>{file} (cannot be used)</source>
        <translation>{file}（无法使用）</translation>
    </message>
    <message>
        <location filename="../ui/work/packaging.py" line="323"/>
        <source>Packaging {name}</source>
        <translation>生成 {name}</translation>
    </message>
    <message>
        <location filename="../ui/work/packaging.py" line="342"/>
        <source>Verifying {name}</source>
        <translation>校验 {name}</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="103"/>
        <source>; </source>
        <comment>between sentences listed</comment>
        <translation>；</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="107"/>
        <source>Nothing was written: {count} errors are open ({errors}). Mend them, or accept each with a reason.</source>
        <translation>未写出任何文件：有 {count} 处错误未处理（{errors}）。请改正，或逐条说明理由后接受。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="40"/>
        <source>Make the package for filing</source>
        <translation>生成备案成果包</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="89"/>
        <source>{files} files in {folder}, classification: {mark}</source>
        <translation>{files} 个文件，位于 {folder}，密级：{mark}</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="44"/>
        <source>Makes the folder that is filed one level up: layers, lists, maps, tables, report of the checks, documents, manifest.</source>
        <translation>生成报上一级备案的成果文件夹：图层、准入清单、图件、统计表、质检报告、附件和文件清单。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="48"/>
        <source>The plan is checked anew, and an open error refuses the package. Everything that is written is read back and compared with the plan; the folder is there whole or not at all.</source>
        <translation>先重新质检，有未处理的错误就不生成。写出的全部内容都会回读并与成果核对；文件夹要么完整生成，要么不生成。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="52"/>
        <source>The layout says folders, names, fields and sheets: the name of one that comes with the plugin, or a file, which can be learned from last year&apos;s package on the page Output.</source>
        <translation>文件夹、名称、字段和表格由样式规定：可填插件自带样式的名称，或样式文件；样式文件可在“成果输出”页由去年的成果包学习得到。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="70"/>
        <source>New, empty, or an earlier package, which is replaced whole.</source>
        <translation>新建、空文件夹，或以前的成果包（将被整个替换）。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="69"/>
        <source>Folder of the package</source>
        <translation>成果包文件夹</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/verify_package.py" line="46"/>
        <source>Number of files</source>
        <translation>文件数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/export_package.py" line="74"/>
        <source>Number of errors that stand with a reason</source>
        <translation>说明理由后保留的错误数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/verify_package.py" line="44"/>
        <source>Verified</source>
        <translation>校验通过</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/verify_package.py" line="30"/>
        <source>Verify a package</source>
        <translation>校验成果包</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/verify_package.py" line="34"/>
        <source>Holds every file of a package against its manifest: what was changed, is missing or too many is named.</source>
        <translation>按文件清单逐个核对成果包中的文件，指出被改动、缺少和多出的文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/verify_package.py" line="38"/>
        <source>A signature is checked too; with the signer&apos;s public key it is known whose it is.</source>
        <translation>同时检查签名；给出签名人的公钥，即可确认来源。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/verify_package.py" line="39"/>
        <source>Nothing is written, and no file but the package&apos;s own is opened.</source>
        <translation>不写任何文件，只打开成果包自己的文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/verify_package.py" line="47"/>
        <source>Number of faults</source>
        <translation>问题数</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_result.py" line="58"/>
        <source>Open</source>
        <comment>a folder</comment>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="286"/>
        <source>“{file}” was written by hand and would lose its comments: it stays as it is, and the case is saved beside it as “{new}”.</source>
        <translation>“{file}”是手写的，直接保存会丢失注释：原文件保持不动，方案另存为旁边的“{new}”。</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="290"/>
        <source>“{file}” was written by hand and would lose its comments without the library tomlkit (“Check installation” in the menu ☰): it stays as it is, and the case is saved beside it as “{new}”.</source>
        <translation>“{file}”是手写的，没有软件库 tomlkit（见菜单 ☰ 的“检查安装”），直接保存会丢失注释：原文件保持不动，方案另存为旁边的“{new}”。</translation>
    </message>
    <message>
        <location filename="../ui/map/candidate_layer.py" line="94"/>
        <source>Put lower by {method}</source>
        <translation>降级区域：{method}</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="127"/>
        <source>{land} put lower (km²)</source>
        <translation>{land}降级（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="128"/>
        <source>Land of {land} that rules and sources make priority, and that this division makes key or general.</source>
        <translation>按来源图层和判定规则应为优先保护的{land}，被该划分划为重点管控或一般管控的部分。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="140"/>
        <source>{share} of {land}. The map outlines it.</source>
        <translation>占{land}的 {share}，地图上已圈出。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="261"/>
        <source>This candidate takes land out of priority that the sources put there: {lands}. The map outlines it in red. To adopt it, name the document that allows it.</source>
        <translation>该备选会使应优先保护的区域降级：{lands}。地图上已用红线圈出。如要采用，须填写允许降级的依据文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="363"/>
        <source>Basis document: title or number, for the journal</source>
        <translation>依据文件的名称或文号，写入修订日志</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="364"/>
        <source>Basis document</source>
        <translation>依据文件</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="365"/>
        <source>The document that allows priority land to be put lower; stands in the journal.</source>
        <translation>允许优先保护区域降级的文件，写入修订日志。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="54"/>
        <source>Show on the &amp;map</source>
        <translation>在地图上显示(&amp;M)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="45"/>
        <source>Draws them on the map and zooms to them.</source>
        <translation>在地图上画出并缩放到这些图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="49"/>
        <source>All of them read &amp;right</source>
        <translation>全部无误(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="52"/>
        <source>Writes the encoding into the case for all of these layers; the files stay as they are.</source>
        <translation>把编码写入这些图层的方案配置；文件本身不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="86"/>
        <source>{count} sources are chosen, {asked} of them to be confirmed.</source>
        <translation>已选 {count} 个来源，其中 {asked} 个待确认。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="133"/>
        <source>&amp;Confirm {count}</source>
        <translation>确认 {count} 个(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="156"/>
        <source>{count} layers do not say rightly how their texts are encoded. All were read as {encoding} (confidence {share} and more). Do these read well? {samples}</source>
        <translation>{count} 个图层没有写明或写错了文字编码，均按 {encoding} 读取（置信度不低于 {share}）。下列文字是否正常？{samples}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="100"/>
        <source>Draws it on the map, as it will be read, and zooms to it.</source>
        <translation>按实际读取的结果在地图上画出，并缩放到该图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="101"/>
        <source>Show on the map</source>
        <translation>在地图上显示</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="106"/>
        <source>What the file holds. Click to show it on the map.</source>
        <translation>文件中的图形。单击可在地图上显示。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="372"/>
        <source>Please check:</source>
        <translation>请核对：</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="377"/>
        <source>Recognised as {role} ({word}, {share}), because:</source>
        <translation>识别为“{role}”（{word}，{share}），依据：</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="379"/>
        <source>Not recognised as a source, because:</source>
        <translation>未识别为来源图层，原因：</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="66"/>
        <source>Shown on the map</source>
        <translation>是否在地图上显示</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="111"/>
        <source>Click to hide it on the map</source>
        <translation>单击在地图上隐藏</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="111"/>
        <source>Click to show it on the map and zoom to it</source>
        <translation>单击在地图上显示并缩放到该图层</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="130"/>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="247"/>
        <source>{name}: now on the map. Look whether it is what it should be, then confirm it once more.</source>
        <translation>“{name}”已在地图上画出。请先查看是否正确，再确认一次。</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="67"/>
        <source>Plans in this &amp;project</source>
        <comment>of QGIS</comment>
        <translation>本工程中的成果(&amp;P)</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="83"/>
        <source>This project shows no plan</source>
        <comment>of QGIS</comment>
        <translation>本工程中没有划定成果</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="46"/>
        <source>new</source>
        <translation>新增</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="45"/>
        <source>gone</source>
        <translation>消失</translation>
    </message>
    <message>
        <location filename="../ui/map/change_layer.py" line="48"/>
        <source>moved: now</source>
        <translation>变动：现在</translation>
    </message>
    <message>
        <location filename="../ui/map/change_layer.py" line="49"/>
        <source>moved: before</source>
        <translation>变动：原来</translation>
    </message>
    <message>
        <location filename="../ui/map/change_layer.py" line="50"/>
        <source>other texts</source>
        <translation>属性变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="275"/>
        <source>Changes: {name}</source>
        <translation>变化：{name}</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="37"/>
        <source>on the map plane of this CRS</source>
        <translation>成果坐标系的平面量算</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="38"/>
        <source>on the ellipsoid</source>
        <translation>椭球面量算</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="49"/>
        <source>In the middle of this plan they are {excess} against those on the ellipsoid.</source>
        <translation>在本成果中部，比椭球面积 {excess}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="58"/>
        <source>Coordinates and areas</source>
        <translation>成果的坐标系与面积</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="66"/>
        <source>3-degree zone of the study area (default)</source>
        <translation>研究区所在 3 度带（缺省）</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="63"/>
        <source>The CRS of the plan and of all that is handed in; a projected one, in metres.</source>
        <translation>成果及全部上报文件的坐标系，须为以米为单位的投影坐标系。</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="82"/>
        <source>How areas are measured</source>
        <translation>面积量算方法</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="83"/>
        <source>Areas in tables, lists and checks are measured so.</source>
        <translation>表格、清单和质检中的面积均按此量算。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/summary_tree.py" line="117"/>
        <source>Areas {how}</source>
        <translation>面积按{how}</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="104"/>
        <source>Set in this case. An empty choice takes the 3-degree zone.</source>
        <translation>已在本方案中指定；选回缺省项则自动取 3 度带。</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="106"/>
        <source>Default of the profile: {crs}.</source>
        <translation>方案配置的缺省值：{crs}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="108"/>
        <source>Default: the CGCS2000 3-degree zone whose meridian is nearest to the middle of the counties: there lengths and areas are distorted least.</source>
        <translation>缺省：CGCS2000 高斯—克吕格 3 度带，取中央经线离县域中心最近的一带，长度和面积变形最小。</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="113"/>
        <source>Of this plan: {crs}.</source>
        <translation>本成果：{crs}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="119"/>
        <source>Set in this case; the profile&apos;s default is: areas {how}.</source>
        <translation>已在本方案中指定；方案配置的缺省值是按{how}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="121"/>
        <source>Default of the profile: filings state areas of the Gauss–Krüger plane.</source>
        <translation>方案配置的缺省值：上报材料中的面积按高斯—克吕格平面量算。</translation>
    </message>
    <message>
        <location filename="../ui/pages/coordinates_box.py" line="123"/>
        <source>Default of the profile: independent of the CRS.</source>
        <translation>方案配置的缺省值：与坐标系的选择无关。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="164"/>
        <source>{units} and {count} more</source>
        <translation>{units} 以及另外 {count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="200"/>
        <source>List the findings of one rule alone.</source>
        <translation>只列出某一条规则的问题。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="206"/>
        <source>E&amp;xport…</source>
        <translation>导出(&amp;X)…</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="208"/>
        <source>Write what is listed here into a workbook.</source>
        <translation>将此处列出的问题写入 Excel 工作簿。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="306"/>
        <source>&amp;Zoom: {number} of {count}</source>
        <translation>定位：第 {number}/{count} 处(&amp;Z)</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="317"/>
        <source>{rule} ({count})</source>
        <translation>{rule}（{count}）</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="337"/>
        <source>{count} findings are chosen; one reason holds for all of them.</source>
        <translation>已选中 {count} 个问题，所填理由适用于全部选中的问题。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="344"/>
        <source>Accept {count} with &amp;reason</source>
        <translation>说明理由并接受 {count} 个(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="107"/>
        <source>Zoom to it</source>
        <translation>定位到该处</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="92"/>
        <source>Why here?</source>
        <translation>此处为什么这样划？</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="109"/>
        <source>Accept with reason…</source>
        <translation>说明理由并接受…</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="380"/>
        <source>List all rules</source>
        <translation>列出全部规则</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="379"/>
        <source>List only “{rule}”</source>
        <translation>只列出“{rule}”</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="387"/>
        <source>Choose all that are listed</source>
        <translation>全选列出的问题</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="388"/>
        <source>Copy the text</source>
        <translation>复制问题描述</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="389"/>
        <source>Copy the codes of its units</source>
        <translation>复制所涉单元编码</translation>
    </message>
    <message>
        <location filename="../ui/pages/history_view.py" line="48"/>
        <source>Withdraw the acceptance</source>
        <translation>取消接受</translation>
    </message>
    <message>
        <location filename="../ui/pages/history_view.py" line="49"/>
        <source>Bring it back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <location filename="../ui/pages/history_view.py" line="49"/>
        <source>Take it back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <location filename="../ui/pages/history_view.py" line="63"/>
        <source>History of the plan</source>
        <translation>成果的历史</translation>
    </message>
    <message>
        <location filename="../ui/pages/history_view.py" line="64"/>
        <source>Nothing is known of what happened to this plan.</source>
        <translation>没有这份成果的历史记录。</translation>
    </message>
    <message>
        <location filename="../ui/pages/history_view.py" line="67"/>
        <source>Runs, edits, acceptances and exports, the newest first. The last run or adoption can be taken back: the plan before lies beside the plan ({ending}).</source>
        <translation>运行、修订、接受的问题和导出，最近的在最前。上一次运行或采用可以撤回：之前的成果保存在成果旁（{ending}）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/history_view.py" line="123"/>
        <source>{count} older entries are in the files, and in “log” of the command line.</source>
        <translation>另有 {count} 条更早的记录，见成果旁的文件，或用命令行的 log 查看。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/page.py" line="242"/>
        <source>CRS and areas of the result change with the next run.</source>
        <translation>成果的坐标系和面积将在下次运行后改变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/row.py" line="94"/>
        <source>Another folder or name; the project remembers it.</source>
        <comment>of QGIS</comment>
        <translation>另选文件夹或文件名；工程会记住。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="72"/>
        <source>Where the package&apos;s folder is put; the project remembers it.</source>
        <comment>of QGIS</comment>
        <translation>成果包文件夹放在哪里；工程会记住。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="88"/>
        <source>A private Ed25519 key (PEM); the project does not remember it.</source>
        <comment>of QGIS</comment>
        <translation>Ed25519 私钥（PEM）；工程不保存它的位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="121"/>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="256"/>
        <source>The unit that was chosen lies outside this plan.</source>
        <translation>原来选中的单元不在这份成果的范围内。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/why.py" line="45"/>
        <source>Looking up why…</source>
        <translation>正在查找依据…</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="422"/>
        <source>open</source>
        <comment>findings</comment>
        <translation>未处理</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="463"/>
        <source>What was done stands, but it could not be noted in the history beside the plan: is the file “{file}” write-protected?</source>
        <translation>操作已完成，但未能记入成果旁的历史记录：文件“{file}”是否被写保护？</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="37"/>
        <source>Why this unit?</source>
        <translation>为什么划为此单元？</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="39"/>
        <source>Its entry list</source>
        <translation>查看准入清单</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="41"/>
        <source>Show in the table</source>
        <translation>在单元表中显示</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="43"/>
        <source>Copy the code {code}</source>
        <translation>复制编码 {code}</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="45"/>
        <source>Copy {count} codes</source>
        <translation>复制 {count} 个编码</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="48"/>
        <source>Copy the name</source>
        <translation>复制名称</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="50"/>
        <source>Export this unit</source>
        <translation>导出此单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="52"/>
        <source>Export {count} units</source>
        <translation>导出 {count} 个单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="98"/>
        <source>End “Why here?”</source>
        <translation>结束“为什么”</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="105"/>
        <source>Finding: {rule}</source>
        <translation>问题：{rule}</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/menus.py" line="108"/>
        <source>Show in the list</source>
        <translation>在问题列表中显示</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="212"/>
        <source>on and off together with {rules}</source>
        <translation>与 {rules} 同开同关</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="213"/>
        <source>in place of {rules}: one switch</source>
        <translation>与 {rules} 二选一（同一开关）</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="153"/>
        <source>“{switch}” changes nothing here: the case has no source of {roles}.</source>
        <translation>“{switch}”在这里不改变任何结果：方案中没有{roles}来源图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/page.py" line="155"/>
        <source>“{switch}” changes nothing here: where its rules ({rules}) apply, the category stays as it is.</source>
        <translation>“{switch}”在这里不改变任何结果：相关规则（{rules}）涉及的地方，类别都保持不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="49"/>
        <source>Feature</source>
        <translation>要素</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="50"/>
        <source>km² before</source>
        <translation>原面积 km²</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="51"/>
        <source>km² now</source>
        <translation>现面积 km²</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="57"/>
        <source>Click a line to see the place on the map.</source>
        <translation>单击一行，在地图上查看该处。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="61"/>
        <source>Show the changes on the &amp;map</source>
        <translation>在地图上显示变化(&amp;M)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="63"/>
        <source>Draws what is new, gone and moved over the map.</source>
        <translation>在地图上画出新增、消失和变动的要素。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="45"/>
        <source>moved</source>
        <translation>变动</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="88"/>
        <source>no. {number}</source>
        <translation>第 {number} 号</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="98"/>
        <source>code: {before} → {after}</source>
        <translation>代码：{before} → {after}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="99"/>
        <source>name: {before} → {after}</source>
        <translation>名称：{before} → {after}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="100"/>
        <source>zone: {before} → {after}</source>
        <translation>分区：{before} → {after}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="118"/>
        <source>{count} unchanged</source>
        <translation>不变 {count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="119"/>
        <source>{count} moved</source>
        <translation>图形变动 {count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="120"/>
        <source>{count} with other texts</source>
        <translation>仅属性变化 {count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="121"/>
        <source>{count} new</source>
        <translation>新增 {count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="122"/>
        <source>{count} gone</source>
        <translation>消失 {count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="126"/>
        <source>Features: {before} before, {after} now: {parts}.</source>
        <translation>要素：原有 {before} 个，现有 {after} 个；{parts}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="135"/>
        <source>Area: {before} km² before, {after} km² now ({more} km²).</source>
        <translation>面积：原 {before} km²，现 {after} km²（{more} km²）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="139"/>
        <source>Features were recognised by column {field}.</source>
        <translation>按字段“{field}”对应新旧要素。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="141"/>
        <source>No column tells the features apart: they were recognised by their shapes.</source>
        <translation>没有可以逐个区分要素的字段，按图形对应新旧要素。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="134"/>
        <source>&amp;Project</source>
        <comment>of QGIS</comment>
        <translation>工程(&amp;P)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="136"/>
        <source>Take layers of this project, with their filter and unsaved edits.</source>
        <comment>of QGIS</comment>
        <translation>采用本工程的图层，含其过滤条件和未保存的编辑。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/summary_tree.py" line="116"/>
        <source>Coordinates: {crs}</source>
        <translation>坐标系：{crs}</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="121"/>
        <source>No category would change; {regrouped} faces would be grouped into other units. On the map new lines between units are blue, lines that go are dotted.</source>
        <translation>类别不变；{regrouped} 个图斑将归入其他单元。地图上蓝线为新增的单元界线，点线为将取消的界线。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="174"/>
        <source>{category} {change} km²: by rules {ruled}, by merging {merged}.</source>
        <translation>{category} {change} km²：规则引起 {ruled}，归并引起 {merged}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="189"/>
        <source>Merging (cleaning): a piece below the smallest area joins a neighbour of the same or a higher category, so that priority may gain where only key control is switched.</source>
        <translation>归并（碎斑清理）：小于最小面积的零碎地块并入相邻的同类或更高类别，因此只改重点管控的开关，优先保护面积也可能增加。</translation>
    </message>
    <message>
        <location filename="../ui/pages/trial_bar.py" line="193"/>
        <source>Merging (cleaning) lets small pieces join a neighbour of the same or a higher category; the division method puts more together.</source>
        <translation>归并（碎斑清理）：零碎地块并入相邻的同类或更高类别；划分方法还会再作合并。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="34"/>
        <source>Rasters cannot be measured: Python lacks {libraries}. Place and roles can still be compared. To install it, in the OSGeo4W Shell, in the folder of the offline kit:
{command}
Then start QGIS again. The menu's “Check installation” shows it too.</source>
        <translation>栅格指标无法计算，已关闭：Python 缺少 {libraries}。位置和各来源的占比仍可使用。安装方法：打开 OSGeo4W Shell，进入离线安装包所在文件夹，执行：
{command}
然后重新启动 QGIS。菜单“检查安装”中也有这条命令。</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="40"/>
        <source>{raster} cannot be measured: {file} is not there. Choose it anew under Sources.</source>
        <translation>{raster}无法计算，已关闭：找不到文件 {file}。请在“来源”一步重新选择。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/delineate.py" line="97"/>
        <source>The run could not be noted in the history beside the plan.</source>
        <translation>本次运行未能记入成果旁的历史记录。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="34"/>
        <source>Print the atlas of a plan</source>
        <translation>打印成果图集</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="38"/>
        <source>Prints a sheet for each unit, or for each county, as a PDF: its map, why it is what it is, and its entry list, which runs on to further pages; before them an overview that says which unit is on which sheet.</source>
        <translation>为每个单元（或每个区县）打印一幅，输出 PDF：地图、判定依据和准入清单（可续页）；前面附总图和索引，说明哪个单元在第几幅。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="43"/>
        <source>The sheet is a print layout that can be edited in QGIS (atlas_A4.qpt); what is filled in goes by the ids of its items.</source>
        <translation>版式是可在 QGIS 中编辑的打印布局（atlas_A4.qpt）；按布局中各图元的 ID 填入内容。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="47"/>
        <source>The file appears whole or not at all. Where QGIS was ended meanwhile, the counties that were printed already are not printed again. The plan is only read.</source>
        <translation>文件要么完整出现，要么不出现。如果中途 QGIS 被关闭，已打印完的区县不再重打。成果只读取，不修改。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="59"/>
        <source>All in one file</source>
        <translation>合为一个文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="60"/>
        <source>A file for each county</source>
        <translation>每个区县一个文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="63"/>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="64"/>
        <source>Files of counties lie in a folder beside the overview.</source>
        <translation>各区县的文件放在总图旁的文件夹中。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="70"/>
        <source>Atlas</source>
        <translation>图集</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="71"/>
        <source>All of it or, where each county has a file, the overview.</source>
        <translation>整本图集；每个区县一个文件时，是总图和索引。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="75"/>
        <source>Number of sheets</source>
        <translation>图幅数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/print_atlas.py" line="76"/>
        <source>Number of pages</source>
        <translation>页数</translation>
    </message>
    <message>
        <location filename="../ui/widgets/file_dialogs.py" line="146"/>
        <source>The project has no layers yet</source>
        <comment>of QGIS</comment>
        <translation>工程中还没有图层</translation>
    </message>
    <message>
        <location filename="../ui/work/part_export.py" line="58"/>
        <source>{file} is written.</source>
        <translation>已写入 {file}。</translation>
    </message>
    <message>
        <location filename="../ui/work/session.py" line="419"/>
        <source>Taking back the last run or adoption</source>
        <translation>撤回上一次运行或采用</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/table.py" line="226"/>
        <source>k={k}</source>
        <translation>{k} 个分区</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="84"/>
        <source>{count} sources are chosen.</source>
        <translation>已选 {count} 个来源。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/summary_tree.py" line="156"/>
        <source>{name}: {count} units</source>
        <translation>{name}：{count} 个单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/suggest_units.py" line="199"/>
        <source>This candidate takes land out of priority that the sources put there: {lands}. Adopting it asks for the document that allows it.</source>
        <translation>该备选会使应优先保护的区域降级：{lands}。采用时须填写依据文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/view.py" line="108"/>
        <source>C&amp;urve of k</source>
        <comment>of numbers of regions</comment>
        <translation>分区数曲线(&amp;U)</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/k_curve.py" line="33"/>
        <source>Curve of k</source>
        <comment>of numbers of regions</comment>
        <translation>分区数曲线</translation>
    </message>
    <message>
        <location filename="../ui/pages/candidates/k_curve.py" line="56"/>
        <source>This curve was made with other settings; “Curve of k” makes it anew.</source>
        <comment>of numbers of regions</comment>
        <translation>此曲线按其他设置算出；点“分区数曲线”可重新计算。</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="208"/>
        <source>Units ({count})</source>
        <comment>tab</comment>
        <translation>单元 {count}</translation>
    </message>
    <message>
        <location filename="../ui/pages/result/page.py" line="209"/>
        <source>Findings ({count})</source>
        <comment>tab</comment>
        <translation>问题 {count}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="154"/>
        <source>New zone values: {values}.</source>
        <translation>新增的分区取值：{values}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="155"/>
        <source>Zone values that are gone: {values}.</source>
        <translation>消失的分区取值：{values}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="93"/>
        <source>Protecting sources on the map ({count}): {names}. Do they lie where they should?</source>
        <translation>{count} 个保护类图层已显示在地图上：{names}。请核对范围。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="98"/>
        <source>They are &amp;right</source>
        <translation>确认无误(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/method/variables_field.py" line="195"/>
        <source>The case has no raster that can be compared: tick “place (x and y)”, or add a raster of scores under Sources.</source>
        <translation>方案中没有可用的栅格指标：请勾选“位置（x、y 坐标）”，或在“来源”中添加评分栅格。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="249"/>
        <source>The plan holds {count} edits that cannot be read; a run would make it anew without them.</source>
        <translation>成果中有 {count} 处无法读取的修订；运行会重新生成成果，不再保留它们。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="258"/>
        <source>A run makes the plan anew by the method of the case, without its {count} edits.</source>
        <translation>运行将按方案中的方法重新生成成果，不保留其中的 {count} 处修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="295"/>
        <source>The plan is made from the case as it is; a run does its {count} edits again.</source>
        <translation>成果与当前方案一致；再次运行时会重放其 {count} 处修订。</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="235"/>
        <source>What comes next at this desk (Ctrl+Enter)</source>
        <translation>这个工作台的下一步（Ctrl+Enter）</translation>
    </message>
    <message>
        <location filename="../ui/frame/header.py" line="125"/>
        <source>{status}, under revision</source>
        <translation>{status}，修订中</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="221"/>
        <source>{unit} will be in {count} parts.</source>
        <translation>“{unit}”将分成 {count} 块。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="223"/>
        <source>{count} more units fall apart.</source>
        <translation>另有 {count} 个单元也会断开。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="235"/>
        <source>{role}: {area} changes hands.</source>
        <translation>{role}：{area} 划归另一单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="237"/>
        <source>{role}: {area} goes from {before} to {after}.</source>
        <translation>{role}：{area} 由{before}变为{after}。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="51"/>
        <source>Faces of locked units are left out.</source>
        <translation>已锁定单元的图斑不会划入。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="53"/>
        <source>A stroke stays in its county, and on its side of the shore.</source>
        <translation>一笔不越出起笔所在的县，也不跨海岸线。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="257"/>
        <source>Drag on with Shift to add; Enter does it, Esc cancels.</source>
        <translation>按住 Shift 继续涂抹；回车完成，Esc 取消。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="259"/>
        <source>Release to do it; with Shift to add more, Esc cancels.</source>
        <translation>松开鼠标即完成；按住 Shift 松开可继续添加，Esc 取消。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="176"/>
        <source>There is no face of the plan here.</source>
        <translation>这里没有成果的图斑。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="271"/>
        <source>{unit} is locked; unlock it, or choose another target.</source>
        <translation>“{unit}”已锁定；请先解锁，或另选目标单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="60"/>
        <source>There is no unit of the plan here.</source>
        <translation>这里没有成果的单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="93"/>
        <source>Click the unit that stays.</source>
        <translation>点击保留的单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="97"/>
        <source>Click the last unit that goes into {unit}, or press Enter; Esc cancels.</source>
        <translation>点击最后一个并入“{unit}”的单元，或按回车完成；Esc 取消。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="99"/>
        <source>Click the unit that goes into {unit}; Shift+click takes several.</source>
        <translation>点击要并入“{unit}”的单元；按住 Shift 点击可选多个。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="156"/>
        <source>Of several categories, the strictest holds: {category}</source>
        <translation>类别不同，取最严的一类：{category}</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="202"/>
        <source>Choose a category, or press 1, 2 or 3; Esc leaves it as it is.</source>
        <translation>选一个类别，或按 1、2、3；按 Esc 不改。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="203"/>
        <source>Click the unit whose category is another one.</source>
        <translation>点击要改类别的单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="378"/>
        <source>Click a unit to lock it against edits; a locked one, to unlock it.</source>
        <translation>点击单元，锁定后不可修改；点击已锁定的单元即解锁。</translation>
    </message>
    <message>
        <location filename="../ui/map/line_tools.py" line="144"/>
        <source>The line runs through no unit of the plan.</source>
        <translation>这条线没有经过成果中的任何单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/line_tools.py" line="213"/>
        <source>Click where the line begins: on the border of a unit, or outside it.</source>
        <translation>点击切分线的起点：在单元边界上，或在单元之外。</translation>
    </message>
    <message>
        <location filename="../ui/map/line_tools.py" line="214"/>
        <source>Click on through the unit; Backspace takes a vertex back, Esc cancels.</source>
        <translation>继续点击，把线画过单元；退格键撤回一个顶点，Esc 取消。</translation>
    </message>
    <message>
        <location filename="../ui/map/line_tools.py" line="43"/>
        <source>Double click or Enter ends the line; Backspace takes a vertex back.</source>
        <translation>双击或按回车结束画线；退格键撤回一个顶点。</translation>
    </message>
    <message>
        <location filename="../ui/map/line_tools.py" line="232"/>
        <source>Click where the new line leaves the common border of two units.</source>
        <translation>点击新界线离开两个单元公共边界的位置。</translation>
    </message>
    <message>
        <location filename="../ui/map/line_tools.py" line="233"/>
        <source>Click on, and end on the border; Backspace takes a vertex back.</source>
        <translation>继续点击，最后落在公共边界上；退格键撤回一个顶点。</translation>
    </message>
    <message>
        <location filename="../ui/map/line_tools.py" line="236"/>
        <source>The line begins at no border of two units of one county.</source>
        <translation>这条线不在同一个县两个单元的公共边界上。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="39"/>
        <source>“{layer}” only shows the plan: QGIS's own tools do not edit it.</source>
        <translation>“{layer}”只用于显示方案，不能用 QGIS 自带的工具编辑。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="46"/>
        <source>Paint (P) in the Revision desk gives faces to another unit.</source>
        <translation>要把基础图斑划给另一单元，请用“修订”中的“涂抹”（P）。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="47"/>
        <source>In the Revision desk: Split (S), Reshape (R), Set category (C).</source>
        <translation>请用“修订”中的“切分”（S）、“改界”（R）、“改类”（C）。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="48"/>
        <source>Reshape (R) in the Revision desk moves a border.</source>
        <translation>要调整边界，请用“修订”中的“改界”（R）。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="49"/>
        <source>Counties come from a source: change that, and run again.</source>
        <translation>县界取自“来源”中的资料：请更换资料后重新运行。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="50"/>
        <source>Element zones come from the sources: change these, and run again.</source>
        <translation>要素分区取自“来源”中的资料：请更换资料后重新运行。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="51"/>
        <source>A finding is accepted, with a reason, in Result.</source>
        <translation>质检问题请在“结果”中说明理由后接受。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="53"/>
        <source>The Revision desk changes the plan.</source>
        <translation>修改方案请用“修订”。</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="58"/>
        <source>Open Result</source>
        <translation>打开“结果”</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="59"/>
        <source>Open Sources</source>
        <translation>打开“来源”</translation>
    </message>
    <message>
        <location filename="../ui/map/read_only.py" line="60"/>
        <source>Open the Revision desk</source>
        <translation>打开“修订”</translation>
    </message>
    <message>
        <location filename="../ui/map/revision_tool.py" line="208"/>
        <source>The plan is being read; a moment.</source>
        <translation>正在读取成果，请稍候。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="237"/>
        <source>{before} → {after}</source>
        <translation>{before} → {after}</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="149"/>
        <source>{change}, then {area}</source>
        <translation>{change}，合计 {area}</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="160"/>
        <source>Parts: {before} → {after}</source>
        <translation>块数：{before} → {after}</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="188"/>
        <source>{count} more units</source>
        <translation>另有 {count} 个单元</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="135"/>
        <source>One click makes it whole again afterwards.</source>
        <translation>完成后可一键恢复为连片。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="152"/>
        <source>{share} of the county</source>
        <translation>占全县 {share}</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="154"/>
        <source>{after} of the county, before {before}</source>
        <translation>占全县 {after}，原为 {before}</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="56"/>
        <source>stricter category</source>
        <translation>类别调高</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="57"/>
        <source>looser category</source>
        <translation>类别调低</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="58"/>
        <source>new unit</source>
        <translation>新增单元</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="59"/>
        <source>unit gone</source>
        <translation>单元消失</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="60"/>
        <source>split off</source>
        <translation>拆分</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="43"/>
        <source>merged</source>
        <translation>合并</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="62"/>
        <source>to another unit</source>
        <translation>划归其他单元</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="134"/>
        <source>{title} (out of date: edits since)</source>
        <translation>{title}（已过时：之后又有修订）</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="76"/>
        <source>Revision</source>
        <translation>修订</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="120"/>
        <source>Table</source>
        <comment>tab: all units</comment>
        <translation>单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="122"/>
        <source>Scenarios</source>
        <comment>tab</comment>
        <translation>比选</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="123"/>
        <source>Changes</source>
        <comment>tab</comment>
        <translation>变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="125"/>
        <source>Why</source>
        <comment>tab</comment>
        <translation>为什么</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="137"/>
        <source>A revision needs a plan: make one, or open one.</source>
        <translation>修订需要成果：请先运行得到，或打开一份。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="141"/>
        <source>The plan is being read for its revision…</source>
        <translation>正在读取成果，准备修订…</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="144"/>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="147"/>
        <source>Not under revision; edits so far: {count}.</source>
        <translation>未在修订；已有 {count} 处修改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="148"/>
        <source>Begin revision</source>
        <translation>开始修订</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="151"/>
        <source>What follows from the edits is being worked out…</source>
        <translation>正在更新修改引起的指标和问题…</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="153"/>
        <source>Under revision: edits {count}; findings are up to date.</source>
        <translation>修订中：{count} 处修改，问题已更新。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="155"/>
        <source>Under revision: edits {count}; findings are of before the last ones.</source>
        <translation>修订中：{count} 处修改，问题待更新。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="156"/>
        <source>Finish revision</source>
        <translation>结束修订</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="243"/>
        <source>Units, as the edits have left them: {count}</source>
        <translation>修改后的单元：{count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="247"/>
        <source>What was edited when, by whom and why; taken back from here.</source>
        <translation>何时、何人、为何改了什么；可由此撤回。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="248"/>
        <source>Other ways to revise the same plan, side by side.</source>
        <translation>同一成果的其他修订方案，可并列比较。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="249"/>
        <source>What differs from a version before.</source>
        <translation>与上一版本的差别。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="251"/>
        <source>Why the chosen unit, or a place that was clicked, is what it is.</source>
        <translation>目标单元或点击之处为什么是这一类。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="42"/>
        <source>Paint</source>
        <comment>tool</comment>
        <translation>涂抹</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="43"/>
        <source>Drag over faces: they go to the chosen unit.</source>
        <translation>在图斑上拖动，划入目标单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="47"/>
        <source>Merge</source>
        <comment>tool</comment>
        <translation>合并</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="48"/>
        <source>Click the unit that stays, then the one that goes into it.</source>
        <translation>先单击保留的单元，再单击并入的单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="52"/>
        <source>Split</source>
        <comment>tool</comment>
        <translation>切分</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="53"/>
        <source>Draw a line across a unit: it becomes two.</source>
        <translation>画线穿过一个单元，分为两个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="57"/>
        <source>Border</source>
        <comment>tool</comment>
        <translation>改界</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="58"/>
        <source>Draw the border between two units anew.</source>
        <translation>重画两个单元之间的边界。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="62"/>
        <source>Class</source>
        <comment>tool</comment>
        <translation>改类</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="63"/>
        <source>Click a unit to give it another category.</source>
        <translation>单击单元，改为另一类别。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="77"/>
        <source>Lock</source>
        <comment>tool</comment>
        <translation>锁定</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="78"/>
        <source>Click a unit: no edit touches it until it is unlocked.</source>
        <translation>单击单元；解锁之前任何修改都不影响它。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="82"/>
        <source>Why</source>
        <comment>tool</comment>
        <translation>为什么</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="83"/>
        <source>Click a place to see why it is what it is.</source>
        <translation>单击一处，查看它为什么是这一类。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/undo.py" line="27"/>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/undo.py" line="27"/>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/undo.py" line="52"/>
        <source>Redo: {title}</source>
        <translation>重做：{title}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/undo.py" line="52"/>
        <source>Nothing to redo</source>
        <translation>没有可重做的修改</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/undo.py" line="49"/>
        <source>Nothing to undo</source>
        <translation>没有可撤销的修改</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/undo.py" line="49"/>
        <source>Begin the revision and undo the last edit</source>
        <translation>开始修订并撤销上一处修改</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/undo.py" line="51"/>
        <source>Undo: {title}</source>
        <translation>撤销：{title}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="283"/>
        <source>Gestures and keys of the revision</source>
        <translation>修订的操作和快捷键</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="293"/>
        <source>{tool}: {sentence}</source>
        <translation>{tool}：{sentence}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="297"/>
        <source>Drag</source>
        <translation>拖动</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="298"/>
        <source>Paints; begun at a border, the unit left behind grows.</source>
        <translation>涂抹；从边界开始，则出发的单元扩大。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="301"/>
        <source>Shift+drag</source>
        <translation>Shift+拖动</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="302"/>
        <source>Adds a stroke; Enter does it.</source>
        <translation>把几笔合为一处修改，回车执行。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="304"/>
        <source>Shift+click</source>
        <translation>Shift+单击</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="304"/>
        <source>Takes several units, to merge them.</source>
        <translation>选取多个单元一并合并。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="305"/>
        <source>The category of the unit that was clicked, with the tool for it.</source>
        <translation>用改类工具时，指定所单击单元的类别。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="306"/>
        <source>Ctrl+drag</source>
        <translation>Ctrl+拖动</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="306"/>
        <source>Takes all faces in a box.</source>
        <translation>选取框内全部图斑。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="309"/>
        <source>Chooses the unit that strokes go to; the table does too.</source>
        <translation>选定目标单元；在表中单击也可以。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="311"/>
        <source>A smaller, a larger brush.</source>
        <translation>缩小、放大画笔。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="312"/>
        <source>Click, click</source>
        <translation>逐点单击</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="312"/>
        <source>Sets the points of a line.</source>
        <translation>画线的各点。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="314"/>
        <source>Double click, Enter</source>
        <translation>双击、回车</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="315"/>
        <source>Ends a line, or takes what is chosen.</source>
        <translation>结束画线，或确认所选。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="317"/>
        <source>Backspace</source>
        <translation>退格键</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="317"/>
        <source>Takes back the last point of a line.</source>
        <translation>撤回线的最后一点。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="319"/>
        <source>Esc, right click</source>
        <translation>Esc、右键</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="320"/>
        <source>Drops the gesture; nothing is changed.</source>
        <translation>放弃这次操作，不作改动。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="323"/>
        <source>Middle button</source>
        <translation>中键</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="324"/>
        <source>Moves the map, in the middle of a gesture too.</source>
        <translation>移动地图，操作中途也可以。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="326"/>
        <source>Undoes the last edit.</source>
        <translation>撤销上一处修改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="327"/>
        <source>Does again what was undone.</source>
        <translation>重做撤销的修改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="176"/>
        <source>As the run left it</source>
        <translation>运行得到的方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="146"/>
        <source>before the first edit</source>
        <translation>第一次修订之前</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="149"/>
        <source>the plan stands here</source>
        <translation>当前所在</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="151"/>
        <source>only in “{scenario}”</source>
        <translation>仅在“{scenario}”中</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="153"/>
        <source>undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="255"/>
        <source>Find an edit</source>
        <translation>查找修订</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="256"/>
        <source>Only edits are listed whose words, author, reason or document hold this text.</source>
        <translation>只列出内容、修订人、原因或依据文件中含有此文字的修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="263"/>
        <source>Edits of the plan</source>
        <translation>方案的修订</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="273"/>
        <source>Take this and all &amp;later back</source>
        <translation>撤回这一步及之后(&amp;L)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="274"/>
        <source>&amp;Zoom there</source>
        <translation>缩放到此处(&amp;Z)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="275"/>
        <source>&amp;Compare with now</source>
        <translation>与当前比较(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="343"/>
        <source>&amp;Redo to here</source>
        <translation>重做到这一步(&amp;R)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="343"/>
        <source>&amp;Go back to here</source>
        <translation>回到这一步(&amp;G)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="344"/>
        <source>Choose an edit first.</source>
        <translation>请先选择一项修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="347"/>
        <source>The plan stands here already.</source>
        <translation>方案已在这一步。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="348"/>
        <source>The plan is again as it was right after this edit; nothing is lost by it.</source>
        <translation>方案恢复到刚完成这一步时的样子；之后的修订仍保留，可以重做。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="350"/>
        <source>Does again what leads to this edit, and undoes what does not.</source>
        <translation>重新执行通向这一步的修订，并撤销不在其中的修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="353"/>
        <source>This is no edit.</source>
        <translation>这一行不是修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="354"/>
        <source>It does not stand in this scenario.</source>
        <translation>它在当前方案中未生效。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="357"/>
        <source>The plan is as it was right before this edit; “Redo to here” brings it back.</source>
        <translation>方案恢复到这一步之前的样子；用“重做到这一步”可以恢复。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="358"/>
        <source>It has no place on the map any more.</source>
        <translation>它在地图上已没有对应位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="359"/>
        <source>Shows on the map where the edit was made.</source>
        <translation>在地图上显示这项修订的位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/history.py" line="360"/>
        <source>Lists and draws what differs between this edit and now.</source>
        <translation>列出并绘出这一步与当前方案之间的差异。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="130"/>
        <source>Why the next edits are made; the journal keeps it.</source>
        <translation>为何作其后的修改；记入日志。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="50"/>
        <source>Document</source>
        <translation>依据文件</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="170"/>
        <source>Reason: {reason}; document: {basis}</source>
        <translation>原因：{reason}；依据：{basis}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="172"/>
        <source>No reason, no document</source>
        <translation>原因和依据未填</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="181"/>
        <source>“{name}” is of {parts} parts now, and is to be of one.</source>
        <translation>“{name}”现在分为 {parts} 块，按要求应连成一块。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="184"/>
        <source>The same holds for others: {count}.</source>
        <translation>另有 {count} 个单元同样如此。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="194"/>
        <source>{owner} edits this plan.</source>
        <translation>{owner} 正在编辑这份成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="196"/>
        <source>{owner} edits this plan on the computer {host} since {since}.</source>
        <translation>{owner} 自 {since} 起在计算机“{host}”上编辑这份成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="239"/>
        <source>Somebody</source>
        <translation>有人</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="218"/>
        <source>Look whether the plan is free by now.</source>
        <translation>看看成果现在是否已空闲。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="222"/>
        <source>It can be looked at meanwhile.</source>
        <translation>其间可以查看。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="225"/>
        <source>Nobody here can tell whether that goes on still.</source>
        <translation>本机无法判断对方是否仍在编辑。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="226"/>
        <source>Edit the plan although somebody else may be at it; asks once more.</source>
        <translation>对方可能仍在编辑，仍由本机编辑这份成果；会再问一次。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="227"/>
        <source>Take it over…</source>
        <translation>接管…</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="230"/>
        <source>Ask {owner} first: of two who edit one plan, one loses what he does. Take it over only where the other has stopped.</source>
        <translation>请先问 {owner}：两人同时编辑一份成果，总有一人的修改会丢失。确认对方已停止后再接管。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="233"/>
        <source>The other one’s claim ends, and the revision begins here.</source>
        <translation>解除对方的占用，在本机开始修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="234"/>
        <source>The plan stays with whoever edits it.</source>
        <translation>成果仍由对方编辑。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="236"/>
        <source>Take it over now</source>
        <translation>现在接管</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="111"/>
        <source>Leave it</source>
        <translation>暂不确定</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="36"/>
        <source>The plan is filed ({status}) and stays as it is; a new version of it begins a draft.</source>
        <translation>成果状态为“{status}”，不再修改；由它建立新版本即为草稿。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="209"/>
        <source>Take a tool: it begins the revision. “?” lists gestures and keys.</source>
        <translation>按下一个工具即开始修订。“?”列出全部操作和快捷键。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="122"/>
        <source>Undone: {title}</source>
        <translation>已撤销：{title}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="124"/>
        <source>Done again: {title}</source>
        <translation>已重做：{title}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="256"/>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="257"/>
        <source>What was cut off goes to the neighbour that it borders on most.</source>
        <translation>把分离的部分并入公共边界最长的相邻单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="143"/>
        <source>Name the document that it rests on; Enter there does it after all.</source>
        <translation>写明依据的文件，回车后照此执行。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="144"/>
        <source>Name the document…</source>
        <translation>填写依据文件…</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/why.py" line="31"/>
        <source>Choose a unit, or take the tool “Why” and click a place on the map.</source>
        <translation>请选择一个单元，或用“为什么”工具单击地图上一处。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="36"/>
        <source>BCDEFGHIJKLMNOPQRSTUVWXYZ</source>
        <comment>letters of scenarios; the main plan is the first</comment>
        <translation>乙丙丁戊己庚辛壬癸</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="37"/>
        <source>Scenario {letter}</source>
        <translation>方案{letter}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="68"/>
        <source>Scenario</source>
        <translation>比选方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="73"/>
        <source>Scenarios of the plan</source>
        <translation>方案的各比选方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="76"/>
        <source>&amp;Switch to it</source>
        <translation>切换到此方案(&amp;S)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="78"/>
        <source>&amp;Compare…</source>
        <translation>对比(&amp;C)…</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="79"/>
        <source>&amp;Make it the main plan…</source>
        <translation>确定为正式方案(&amp;M)…</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="83"/>
        <source>Name of the new scenario</source>
        <translation>新比选方案的名称</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="84"/>
        <source>Name of a scenario that begins where the plan stands now. Enter begins it.</source>
        <translation>从方案当前状态开始的比选方案的名称。按回车键即开始。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="89"/>
        <source>&amp;Begin a scenario here</source>
        <translation>从当前状态新建(&amp;B)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="94"/>
        <source>A scenario is a course of edits of its own. The map shows the current one; none gets lost.</source>
        <translation>每个比选方案各有自己的修订。地图显示当前方案，其余方案都会保留。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="110"/>
        <source>Make it the main plan</source>
        <translation>确定为正式方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="45"/>
        <source>{scenario} (current)</source>
        <translation>{scenario}（当前）</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="153"/>
        <source>Choose a scenario first.</source>
        <translation>请先选择一个比选方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="154"/>
        <source>It is the current one already.</source>
        <translation>它已是当前方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="155"/>
        <source>The plan, its layers and lists become those of this scenario.</source>
        <translation>方案、图层和准入清单都切换为此方案的内容。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="156"/>
        <source>There is one scenario alone; begin another one first.</source>
        <translation>目前只有一个方案，请先新建一个比选方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="159"/>
        <source>Two scenarios beside one another: areas, protected land, codes, units.</source>
        <translation>并列对比两个方案：面积、受保护范围、编码和单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="162"/>
        <source>It is the main plan already.</source>
        <translation>它已是正式方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="163"/>
        <source>Says what that means before anything is done.</source>
        <translation>先说明会有什么变化，再由您确定。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="165"/>
        <source>A scenario needs a name.</source>
        <translation>请填写比选方案的名称。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="167"/>
        <source>There is a scenario of this name.</source>
        <translation>已有同名的方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="327"/>
        <source>No plan is open.</source>
        <translation>尚未打开方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="170"/>
        <source>What is edited from now on belongs to the new scenario; the others stay as they are.</source>
        <translation>此后的修订都属于新方案，其他方案保持不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_list.py" line="209"/>
        <source>The main plan becomes what “{scenario}” is now: {come} edits come into it, {go} of its own are left out. Where it stands now stays as a scenario, which can be made the main plan again.</source>
        <translation>正式方案将变为“{scenario}”现在的样子：加入其中 {come} 项修订，不再含正式方案自有的 {go} 项。正式方案现在的状态另存为一个比选方案，可以再确定为正式方案。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="55"/>
        <source>First scenario</source>
        <translation>第一个方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="55"/>
        <source>Second scenario</source>
        <translation>第二个方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="58"/>
        <source>← Back</source>
        <translation>← 返回</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="60"/>
        <source>To the list of scenarios.</source>
        <translation>返回方案列表。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="90"/>
        <source>Draws the units that differ over the map, by what became of them.</source>
        <translation>在地图上绘出有差异的单元，按变化类型着色。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="94"/>
        <source>Compare &amp;again</source>
        <translation>重新对比(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="96"/>
        <source>Edits were made since this was worked out.</source>
        <translation>对比之后又有修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="70"/>
        <source>Scenarios side by side</source>
        <translation>方案并列对比</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="83"/>
        <source>Units that differ</source>
        <translation>有差异的单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_table.py" line="50"/>
        <source>Change</source>
        <comment>what became of a unit</comment>
        <translation>变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="77"/>
        <source>Unit</source>
        <translation>单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="142"/>
        <source>Compare scenarios</source>
        <translation>对比方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="336"/>
        <source>Comparing…</source>
        <translation>正在对比……</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="152"/>
        <source>Lowered, raised, protected land and codes: against the plan before all edits.</source>
        <translation>调低、调高、受保护范围和编码均与修订前的方案相比。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="167"/>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="192"/>
        <source>stricter</source>
        <translation>类别调高</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="193"/>
        <source>looser</source>
        <translation>类别调低</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="194"/>
        <source>other land</source>
        <translation>范围变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="195"/>
        <source>other code</source>
        <translation>编码变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="196"/>
        <source>other name</source>
        <translation>名称变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="197"/>
        <source>other details</source>
        <translation>其他变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="206"/>
        <source>{kind}, km²</source>
        <translation>{kind}（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="208"/>
        <source>Lowered, km²</source>
        <translation>类别调低（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="209"/>
        <source>Raised, km²</source>
        <translation>类别调高（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="213"/>
        <source>{kind} concerned, km²</source>
        <translation>涉及{kind}（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="216"/>
        <source>Protected land concerned, km²</source>
        <translation>涉及受保护范围（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="217"/>
        <source>Parts of all units</source>
        <translation>单元图斑总数</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="218"/>
        <source>Units not in one piece</source>
        <translation>不连片的单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="220"/>
        <source>New codes</source>
        <translation>新增编码</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/scenario_table.py" line="221"/>
        <source>Codes gone</source>
        <translation>停用编码</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="122"/>
        <source>Category: choose another one; its list of entries follows.</source>
        <translation>类别：可改为另一类，准入清单随之更新。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="127"/>
        <source>The name; Enter keeps it, Esc leaves it as it was.</source>
        <translation>名称；回车确认，Esc 不改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="131"/>
        <source>Rename the unit (or a double click on its name).</source>
        <translation>改名（或双击名称）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="136"/>
        <source>Zoom to the unit on the map.</source>
        <translation>在地图上定位到该单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="142"/>
        <source>The last four digits of the code, 1 to 9999; Enter keeps them, Esc leaves them.</source>
        <translation>编码的后四位，1 至 9999；回车确认，Esc 不改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="147"/>
        <source>Give the unit another number (or a double click on its code).</source>
        <translation>改号（或双击编码）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="202"/>
        <source>Locked: no edit touches the unit. A click unlocks it.</source>
        <translation>已锁定，任何修改都不影响该单元。单击解锁。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="203"/>
        <source>Lock the unit: no edit touches it then.</source>
        <translation>锁定该单元，任何修改都不再影响它。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="204"/>
        <source>A double click changes it.</source>
        <translation>双击可修改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="215"/>
        <source>{area} km², {share} of {county}, parts: {parts}</source>
        <translation>{area} km²，占{county} {share}，{parts} 块</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="219"/>
        <source>the county</source>
        <translation>区县</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="154"/>
        <source>Parts</source>
        <comment>head of a column: how many</comment>
        <translation>块数</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="128"/>
        <source>Category; a click sorts by it.</source>
        <translation>类别；单击按类别排序。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="136"/>
        <source>Name, and below it the code; a click sorts by the code.</source>
        <translation>名称，其下为编码；单击按编码排序。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="144"/>
        <source>Area in km², as the edits have made it; a click sorts by it.</source>
        <translation>修改后的面积，km²；单击按面积排序。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="151"/>
        <source>Share of the county&apos;s area in %; a click sorts by it.</source>
        <translation>占区县面积的百分比；单击按占比排序。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="158"/>
        <source>How many parts the unit is of; a click sorts by it.</source>
        <translation>单元的图形块数；单击按块数排序。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="165"/>
        <source>Locked: no edit touches the unit; a click sorts by it.</source>
        <translation>锁定：任何修改都不影响该单元；单击按锁定排序。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="166"/>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="178"/>
        <source>{area} km², {share} of the county</source>
        <translation>{area} km²，占区县 {share}</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="181"/>
        <source>Locked: no edit touches it.</source>
        <translation>已锁定，任何修改都不影响它。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="91"/>
        <source>Only units of this category are listed.</source>
        <translation>只列出该类别的单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/units_table.py" line="93"/>
        <source>All categories</source>
        <translation>全部类别</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="87"/>
        <source>Version to compare with</source>
        <translation>对比的版本</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="88"/>
        <source>The version that the plan as it is now is compared with.</source>
        <translation>与当前方案对比的版本。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="92"/>
        <source>&amp;Compare</source>
        <translation>对比(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="101"/>
        <source>Kinds of change</source>
        <translation>变化类型</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="102"/>
        <source>Choose a kind to list that alone.</source>
        <translation>选择一种类型，只列出该类型的变化。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="109"/>
        <source>&amp;Swipe on the map</source>
        <translation>地图卷帘(&amp;S)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="59"/>
        <source>&amp;Take off the map</source>
        <translation>从地图移除(&amp;T)</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="116"/>
        <source>Line between before and now</source>
        <translation>卷帘位置</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="117"/>
        <source>Moves the line on the map; it can be dragged there too.</source>
        <translation>移动地图上的卷帘线；也可以直接在地图上拖动。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="159"/>
        <source>Another plan file…</source>
        <translation>其他方案文件……</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="170"/>
        <source>now</source>
        <translation>当前</translation>
    </message>
    <message>
        <location filename="../ui/work/previous_lists.py" line="34"/>
        <source>The plan before the last run</source>
        <translation>上次运行之前的方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="181"/>
        <source>As it was before the edits that stand</source>
        <translation>现有修订之前的方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="182"/>
        <source>After: {edit}</source>
        <translation>完成此步后：{edit}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="188"/>
        <source>Compare with another plan</source>
        <translation>与其他方案对比</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="245"/>
        <source>Compare versions</source>
        <translation>对比版本</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="267"/>
        <source>All changes</source>
        <translation>全部变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="326"/>
        <source>Lists and draws what became of the units; the plan stays as it is.</source>
        <translation>列出并绘出单元的变化，方案本身不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="329"/>
        <source>Compare with something first.</source>
        <translation>请先进行对比。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="330"/>
        <source>Takes the layer of changes and the line away.</source>
        <translation>移除变化图层和卷帘线。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="332"/>
        <source>The map does not show the later of the two.</source>
        <translation>地图显示的不是其中较新的版本。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="333"/>
        <source>Before at the left of a line, now at its right; drag the line on the map.</source>
        <translation>卷帘线左侧为对比版本，右侧为当前方案；可在地图上拖动。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="338"/>
        <source>What became of the units since another version, as a table and on the map.</source>
        <translation>以表格和地图显示单元相对另一版本的变化。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="340"/>
        <source>Edits were made since; compare again to see them.</source>
        <translation>对比之后又有修订，请重新对比。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="353"/>
        <source>The plan now</source>
        <translation>当前方案</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_table.py" line="52"/>
        <source>Unit before → now</source>
        <translation>原单元 → 现单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_table.py" line="58"/>
        <source>What became of the units</source>
        <translation>单元的变化</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="30"/>
        <source>Edit a plan</source>
        <translation>修订成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="34"/>
        <source>Does the edits of a file to a plan: gives faces to other units, merges and splits units, moves their borders, sets categories, names and locks.</source>
        <translation>把文件中的修订逐条作用于成果：把基础图斑划给其他单元、合并和切分单元、调整边界，设置管控类别、名称和锁定。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="37"/>
        <source>All of them are done, or none: where one may not be done, the table of refused edits says which and why, and the plan stays as it is.</source>
        <translation>要么全部执行，要么一条也不执行：有一条不能执行时，“未执行的修订”表说明是哪一条、为什么，成果保持不变。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="40"/>
        <source>Each edit is an entry of the plan&apos;s journal with author, time and reason. The Revision desk of the panel shows them and takes them back.</source>
        <translation>每条修订都在成果的修订日志中留有记录，含修订人、时间和原因，可在面板的“修订”中查看和撤销。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="43"/>
        <source>While somebody edits the plan in the panel, here or elsewhere, it is refused.</source>
        <translation>有人正在面板中修订该成果时（本机或其他电脑），本工具不执行。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="54"/>
        <source>Refused edits</source>
        <translation>未执行的修订</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="56"/>
        <source>Line of the file, and why that edit may not be done.</source>
        <translation>修订文件中的行号，以及该条修订不能执行的原因。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="382"/>
        <source>The plan as edited</source>
        <translation>修订后的成果</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="60"/>
        <source>Number of edits that were done</source>
        <translation>已执行的修订数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="61"/>
        <source>Number of refused edits</source>
        <translation>未执行的修订数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="383"/>
        <source>Entry of the journal at which the plan stands</source>
        <translation>成果当前对应的修订日志条目</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/edit_plan.py" line="73"/>
        <source>Line {line}: {reason}</source>
        <translation>第 {line} 行：{reason}</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="53"/>
        <source>Main plan</source>
        <translation>正式方案</translation>
    </message>
    <message>
        <location filename="../ui/work/journal_tree.py" line="90"/>
        <source>Read the edits of the plan</source>
        <translation>读取方案的修订</translation>
    </message>
    <message>
        <location filename="../ui/work/revision.py" line="604"/>
        <source>Checking the plan as edited</source>
        <translation>检查修订后的成果</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="63"/>
        <source>other code or name</source>
        <translation>编码或名称变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="233"/>
        <source>This is the plan itself; choose another file.</source>
        <translation>这就是当前方案的文件，请选择其他文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="132"/>
        <source>{what}: only with a document that allows it.</source>
        <translation>{what}，须写明允许这样做的依据文件。</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="162"/>
        <source>to a stricter category</source>
        <translation>转入更严的类别</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="163"/>
        <source>to a looser category</source>
        <translation>转入更宽的类别</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="164"/>
        <source>to another unit of its category</source>
        <translation>转入同类别的其他单元</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="166"/>
        <source>touched, and stays what it is</source>
        <translation>受影响，保持不变</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="124"/>
        <source>Update</source>
        <comment>tab</comment>
        <translation>更新</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="250"/>
        <source>Newer sources: what they would touch, and the plan made anew from them.</source>
        <translation>更新的来源图层：先看影响哪里，再据此重新生成成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="39"/>
        <source>kept</source>
        <comment>of a unit&apos;s code</comment>
        <translation>沿用</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="40"/>
        <source>another code</source>
        <translation>编码改变</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="41"/>
        <source>another category</source>
        <translation>类别改变</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="42"/>
        <source>split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="44"/>
        <source>split and merged</source>
        <translation>拆分并合并</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="68"/>
        <source>Which of the two tables is shown.</source>
        <translation>选择显示哪一张表。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="76"/>
        <source>What did not fit</source>
        <translation>未能衔接的内容</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="90"/>
        <source>Codes and names</source>
        <translation>编码和名称</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="81"/>
        <source>Unit of last year → today</source>
        <translation>上一版单元 → 现单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="86"/>
        <source>Became</source>
        <translation>结果</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="102"/>
        <source>Do what is &amp;proposed</source>
        <translation>按建议处理(&amp;P)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="108"/>
        <source>&amp;Look at it</source>
        <translation>查看(&amp;L)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="110"/>
        <source>&amp;Changes on the map</source>
        <translation>在地图上看变化(&amp;C)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="115"/>
        <source>Take the update &amp;back</source>
        <translation>撤回更新(&amp;B)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="136"/>
        <source>Double-click a line to see its unit on the map.</source>
        <translation>双击一行，在地图上查看该单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="172"/>
        <source>What became of last year&apos;s units</source>
        <translation>上一版单元的去向</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="188"/>
        <source>After an update, what became of codes and names is told here.</source>
        <translation>更新之后，这里说明编码和名称的沿用情况。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="190"/>
        <source>What became of last year's units is being worked out…</source>
        <translation>正在核对上一版单元的去向…</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="197"/>
        <source>Codes kept: {kept}, lost: {lost}; names of kept codes that changed: {names}.</source>
        <translation>编码沿用 {kept} 个，停用 {lost} 个；编码沿用而名称改变 {names} 个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="206"/>
        <source>What did not fit ({count})</source>
        <translation>未能衔接的内容（{count}）</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="207"/>
        <source>Codes and names ({count})</source>
        <translation>编码和名称（{count}）</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="248"/>
        <source>Nothing can be done here by a button.</source>
        <translation>此项没有可直接执行的处理。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="250"/>
        <source>It was done.</source>
        <translation>已处理。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="252"/>
        <source>It is being done.</source>
        <translation>正在处理。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="253"/>
        <source>An edit like any other: it stands in the history.</source>
        <translation>作为一次普通修改执行，记入修改历史。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="256"/>
        <source>&amp;All {count} of this kind</source>
        <translation>同类全部处理（{count} 项）(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="257"/>
        <source>Does what is proposed for every line of this kind, an edit each.</source>
        <translation>对同类的每一项按建议处理，各记一次修改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="258"/>
        <source>Brings back the plan before the update, and the case with it.</source>
        <translation>恢复更新前的成果，方案配置一并恢复。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="237"/>
        <source>A run is on its way.</source>
        <translation>正在运行。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="261"/>
        <source>There is no such unit any more.</source>
        <translation>该单元已不存在。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="262"/>
        <source>Shows the unit on the map.</source>
        <translation>在地图上显示该单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="263"/>
        <source>What became of all units since the plan before, as a layer and a table.</source>
        <translation>以图层和表格显示所有单元与上一份成果相比的变化。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="60"/>
        <source>Sources</source>
        <comment>of an update</comment>
        <translation>来源</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="61"/>
        <source>Newer files beside the sources in use.</source>
        <translation>为现用的来源图层选择更新的文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="64"/>
        <source>Touched</source>
        <comment>by an update</comment>
        <translation>影响</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="65"/>
        <source>What they would touch, before anything is done.</source>
        <translation>在更新之前，先看会影响哪里。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="68"/>
        <source>Do it</source>
        <comment>an update</comment>
        <translation>更新</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="69"/>
        <source>Puts the newer files into the case and makes the plan anew.</source>
        <translation>把更新的文件写入方案配置，并重新生成成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="72"/>
        <source>Outcome</source>
        <comment>of an update</comment>
        <translation>结果</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="73"/>
        <source>Codes and names kept and lost, and what did not fit.</source>
        <translation>沿用和停用的编码、名称，以及未能衔接的内容。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="144"/>
        <source>An update needs a plan: make one, or open one.</source>
        <translation>更新需要划定成果：请先运行得到，或打开一份。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="146"/>
        <source>The case that this plan was made from is missing: an update changes its sources. Open the case, or begin one with this plan as its previous units.</source>
        <translation>缺少生成这份成果的方案配置：更新就是更换其中的来源图层。请打开该方案配置，或新建一个，把这份成果作为上一版单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="150"/>
        <source>The case has no layer that a newer file could take the place of.</source>
        <translation>方案配置中没有可以更换的图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/box.py" line="128"/>
        <source>Press … in a line, or drop a newer file on it: what it would touch is told first.</source>
        <translation>点一行中的“…”，或把更新的文件拖到该行上：会先说明影响哪里，再决定是否更新。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="75"/>
        <source>&amp;Keep last year&apos;s units</source>
        <translation>沿用上一版单元(&amp;K)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="77"/>
        <source>Every place stays in its unit, with code, name and list, unless the rules say something else there now.</source>
        <translation>各处保持原来的单元及其编码、名称和清单，除非规则在该处的判定已经改变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="84"/>
        <source>The case&apos;s own method; units that stay much the same keep code and name.</source>
        <translation>按方案配置自己的划分方法；变化不大的单元沿用编码和名称。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="90"/>
        <source>The units that codes, names and lists go on from.</source>
        <translation>编码、名称和清单由这些单元延续。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="132"/>
        <source>&amp;Last year&apos;s units</source>
        <translation>上一版单元(&amp;L)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="94"/>
        <source>Where the rules say &amp;less now, follow them</source>
        <translation>规则变松之处，按规则调低类别(&amp;L)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="96"/>
        <source>Else such land stays in its unit, and a finding tells where that is.</source>
        <translation>否则这些地块留在原单元，并以问题说明位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="101"/>
        <source>document that allows it, with its number</source>
        <translation>依据文件名称和文号</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="102"/>
        <source>No land is put into a lower category without a document; it stands in the plan.</source>
        <translation>没有依据文件不得调低类别；文件写入成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="137"/>
        <source>&amp;Do the update</source>
        <translation>更新方案(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="166"/>
        <source>Divide a&amp;new: {method}</source>
        <translation>重新划分(&amp;N)：{method}</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="185"/>
        <source>Works in the background; the plan before is kept and can be taken back.</source>
        <translation>在后台进行；原成果保留，可以撤回。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="186"/>
        <source>Stops at once; plan and case stay as they were.</source>
        <translation>立即停止；成果和方案配置保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="191"/>
        <source>The plan as it is now</source>
        <translation>现有成果</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="193"/>
        <source>As the case says: {file}</source>
        <translation>方案配置所指：{file}</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="206"/>
        <source>table of administrative changes</source>
        <translation>行政区划变更表</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="207"/>
        <source>every place keeps its unit unless the rules say something else there now</source>
        <translation>各处沿用原单元，规则判定已改变之处除外</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="209"/>
        <source>the territory is divided anew, and codes and names go on where they can</source>
        <translation>整个区域重新划分，编码和名称能沿用的沿用</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="212"/>
        <source>; the edits made so far are part of last year&apos;s units</source>
        <translation>；已有的修改作为上一版单元的一部分保留</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="214"/>
        <source>; the edits made so far are done again</source>
        <translation>；已有的修改重新执行一遍</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="216"/>
        <source>, the plan as it is now is kept as {file}</source>
        <translation>，现有成果另存为 {file}</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="225"/>
        <source>The case takes the newer {sources}{kept_as}, and the plan is made anew: {kept}{edits}; all of it can be taken back.</source>
        <translation>方案配置改用更新的{sources}{kept_as}，成果重新生成：{kept}{edits}；全部可以撤回。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="124"/>
        <source>Choose a newer file for a source first.</source>
        <translation>请先为某个来源图层选择更新的文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="241"/>
        <source>No case is open.</source>
        <translation>没有打开方案配置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="244"/>
        <source>{name} is still being compared.</source>
        <translation>{name}还在比较中。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="245"/>
        <source>The newer file of {name} cannot be used: choose another, or none.</source>
        <translation>{name}的新文件无法使用：请另选一个，或取消。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="246"/>
        <source>Look at what is to be confirmed of {name} first: double-click its line.</source>
        <translation>请先确认{name}的待核事项：双击该行。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="252"/>
        <source>Name the document by which land may be put into a lower category.</source>
        <translation>请填写允许调低类别的依据文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="254"/>
        <source>The table of administrative changes cannot be used: choose another.</source>
        <translation>行政区划变更表无法使用：请另选一个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="76"/>
        <source>Sources in use, and newer files</source>
        <translation>现用来源图层和更新的文件</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="102"/>
        <source>Choose a newer file that is to take its place; nothing is changed yet.</source>
        <translation>选择要替换它的新文件；此时不作任何改动。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="104"/>
        <source>Choose a table of towns merged, counties recoded and the like (CSV).</source>
        <translation>选择行政区划变更表（乡镇合并、县区改码等，CSV）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="177"/>
        <source>Table of administrative changes</source>
        <translation>行政区划变更表</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="129"/>
        <source>Says which old code and name is which new one: codes and names go on by it.</source>
        <translation>说明旧代码、旧名称对应的新代码、新名称，单元编码和名称据此延续。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="148"/>
        <source>being compared…</source>
        <translation>正在比较…</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="150"/>
        <source>what it touches is being worked out…</source>
        <translation>正在计算影响…</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="152"/>
        <source>{faces} faces, {units} units, {area} km² touched</source>
        <translation>影响单元 {units}、图斑 {faces}，{area} km²</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="159"/>
        <source>compared</source>
        <translation>已比较</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="161"/>
        <source>to be confirmed; {words}</source>
        <translation>待确认；{words}</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="176"/>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="248"/>
        <source>Back to the sources</source>
        <translation>返回来源列表</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="258"/>
        <source>&amp;Another file…</source>
        <translation>另选文件…(&amp;A)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="259"/>
        <source>Ta&amp;ke out</source>
        <translation>取消更换(&amp;K)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="273"/>
        <source>What made the layer newer; it stands in the reasons of the units that change.</source>
        <translation>图层为什么更新；写入发生变化的单元的理由。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="278"/>
        <source>By what it was decided, with its number.</source>
        <translation>依据的文件名称和文号。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="283"/>
        <source>Year, month or day that the newer data stand for.</source>
        <translation>新数据的时点：年、年月或年月日。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="287"/>
        <source>&amp;Trigger</source>
        <translation>更新事由(&amp;T)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="287"/>
        <source>&amp;Date</source>
        <translation>数据时点(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="296"/>
        <source>name and number</source>
        <translation>名称和文号</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="298"/>
        <source>in use: {date}</source>
        <translation>现用：{date}</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="313"/>
        <source>It is compared with the one in use…</source>
        <translation>正在与现用图层比较…</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="317"/>
        <source>You have looked at what is to be checked, and it is as it should be.</source>
        <translation>待核事项已看过，无误。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="318"/>
        <source>Choose another newer file in place of this one.</source>
        <translation>换一个新文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="319"/>
        <source>The source stays as it is.</source>
        <translation>该来源图层保持不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="324"/>
        <source>The update is being made.</source>
        <translation>正在更新。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="51"/>
        <source>After</source>
        <comment>the update</comment>
        <translation>更新后</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="84"/>
        <source>Units that would be touched</source>
        <translation>受影响的单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="85"/>
        <source>Click a line to see what of the unit is touched.</source>
        <translation>点击一行，查看该单元受影响之处。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="74"/>
        <source>Unit, and where its land goes</source>
        <translation>单元及其地块去向</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="67"/>
        <source>Touched</source>
        <comment>area</comment>
        <translation>影响</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="68"/>
        <source>Loses</source>
        <comment>area</comment>
        <translation>减少</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="69"/>
        <source>Gains</source>
        <comment>area</comment>
        <translation>增加</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="67"/>
        <source>km² of the unit that newer sources touch</source>
        <translation>该单元受影响的面积（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="68"/>
        <source>km² that the unit would lose</source>
        <translation>该单元将减少的面积（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="69"/>
        <source>km² that the unit would gain</source>
        <translation>该单元将增加的面积（km²）</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="127"/>
        <source>Touched: {faces} faces of {units} units, {area} km²; {moved} km² of it change hands.</source>
        <translation>受影响：单元 {units} 个、图斑 {faces} 个，{area} km²，其中 {moved} km² 转入其他单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="173"/>
        <source>{before} → {after} km²</source>
        <translation>{before} → {after} km²</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="160"/>
        <source>a new unit</source>
        <translation>新单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="197"/>
        <source>What the update would touch</source>
        <translation>更新影响范围</translation>
    </message>
    <message>
        <location filename="../ui/work/updating.py" line="426"/>
        <source>What newer sources would touch</source>
        <translation>计算更新影响</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="215"/>
        <source>Nothing is known to be touched.</source>
        <translation>没有已知的影响。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="216"/>
        <source>Draws what is touched of each unit; nothing is changed.</source>
        <translation>按单元画出受影响的地块；不作任何改动。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="217"/>
        <source>It is not on the map.</source>
        <translation>地图上没有该图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="218"/>
        <source>Takes the layer away.</source>
        <translation>移除该图层。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="238"/>
        <source>{area} → {category}</source>
        <translation>{area} → {category}</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="240"/>
        <source>{area} → another unit</source>
        <translation>{area} → 其他单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="242"/>
        <source>{area} → out of the plan</source>
        <translation>{area} → 成果之外</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="245"/>
        <source>{area} kept although the rules say less</source>
        <translation>{area} 规则变松仍保留</translation>
    </message>
    <message>
        <location filename="../ui/work/updating.py" line="390"/>
        <source>Comparing {file}</source>
        <translation>比较 {file}</translation>
    </message>
    <message>
        <location filename="../ui/work/update_run.py" line="116"/>
        <source>Keeping the plan as last year&apos;s units</source>
        <translation>把现有成果留作上一版单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="38"/>
        <source>What it changes</source>
        <translation>换文件后的变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="73"/>
        <source>Source in use, and since when its data stand</source>
        <translation>现用来源和数据时点</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/sources.py" line="112"/>
        <source>no date</source>
        <translation>无时点</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="172"/>
        <source>touched: {area} km²</source>
        <translation>受影响：{area} km²</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="219"/>
        <source>The plan is filed and stays as it is: a case {file} beside it takes the newer {sources}, and a plan of its own is made: {kept}.</source>
        <translation>成果已备案，保持不变：在旁边另建方案配置 {file}，改用更新的{sources}，另生成一份成果：{kept}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="39"/>
        <source>Why the clause stands here</source>
        <translation>条目为什么列在这里</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="45"/>
        <source>Approve</source>
        <comment>a clause</comment>
        <translation>通过</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="46"/>
        <source>Review again</source>
        <comment>a clause</comment>
        <translation>退回待审</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="47"/>
        <source>Take in</source>
        <comment>a proposed clause</comment>
        <translation>采纳</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="48"/>
        <source>Decline</source>
        <comment>a proposed clause</comment>
        <translation>不采纳</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="49"/>
        <source>Change…</source>
        <comment>a clause</comment>
        <translation>修改…</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="50"/>
        <source>Remove</source>
        <comment>a clause</comment>
        <translation>移出</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="51"/>
        <source>New…</source>
        <comment>clause of a unit</comment>
        <translation>新增…</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="72"/>
        <source>Choose a clause to see why it stands here.</source>
        <translation>选择一条，查看它为什么列在这里。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="70"/>
        <source>{count} clauses are chosen.</source>
        <translation>已选 {count} 条。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="263"/>
        <source>Choose a clause first.</source>
        <translation>请先选择一条。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="83"/>
        <source>Choose one clause alone.</source>
        <translation>请只选一条。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="94"/>
        <source>What is chosen is reviewed and stands in the list as approved (Space).</source>
        <translation>所选条目审核通过，在清单中标为已审（空格键）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="97"/>
        <source>What is chosen is to be reviewed once more (Space).</source>
        <translation>所选条目退回待审（空格键）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="98"/>
        <source>The clause is joined to the unit, and is to be reviewed.</source>
        <translation>条目列入本单元清单，并标为待审。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="102"/>
        <source>The proposed clause is dropped: the unit only touches what it is for.</source>
        <translation>不列入这条建议：本单元只是略微触及其适用范围。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="105"/>
        <source>Text, effect, basis, remark and more (Enter).</source>
        <translation>修改文字、效力、依据、备注等（回车）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="87"/>
        <source>Takes what is chosen out of the unit&apos;s list (Delete).</source>
        <translation>把所选条目移出本单元清单（Delete 键）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="89"/>
        <source>A clause of a level above is taken out only by a document that allows it.</source>
        <translation>上级条目须有允许的文件依据才能移出。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="154"/>
        <source>Choose a unit first.</source>
        <translation>请先选择单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_card.py" line="107"/>
        <source>Writes another clause for this unit (Insert).</source>
        <translation>为本单元另写一条（Ins 键）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="44"/>
        <source>Find in texts, bases, remarks</source>
        <translation>查找要求、依据、备注</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="45"/>
        <source>Only clauses are listed whose text, basis, issuer or remark holds this.</source>
        <translation>只列出要求、依据、制定机关或备注中含有此文字的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="58"/>
        <source>Only clauses of units of this category are listed.</source>
        <translation>只列出这一类别单元的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="59"/>
        <source>Only clauses of this dimension are listed.</source>
        <translation>只列出这一维度的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="60"/>
        <source>Only clauses that do this are listed.</source>
        <translation>只列出这一效力的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="61"/>
        <source>Only clauses of this level are listed.</source>
        <translation>只列出这一层级的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="62"/>
        <source>Only clauses with this status are listed.</source>
        <translation>只列出这一状态的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="75"/>
        <source>List all</source>
        <translation>全部列出</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="76"/>
        <source>Takes all of these back, and what is looked for.</source>
        <translation>取消以上全部筛选和查找的文字。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="114"/>
        <source>All dimensions</source>
        <translation>全部维度</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="115"/>
        <source>All effects</source>
        <translation>全部效力</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="116"/>
        <source>All levels</source>
        <translation>全部层级</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="117"/>
        <source>Any status</source>
        <translation>全部状态</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="195"/>
        <source>{thing} ({count})</source>
        <comment>a choice and how many there are</comment>
        <translation>{thing}（{count}）</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="164"/>
        <source>Narrow</source>
        <comment>to list less</comment>
        <translation>筛选</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="166"/>
        <source>Narrowed: {count}</source>
        <translation>筛选：{count} 项</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="168"/>
        <source>Lists one category, dimension, effect, level or status alone.</source>
        <translation>只列出某一类别、维度、效力、层级或状态的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="52"/>
        <source>Under which of the four dimensions the clause stands.</source>
        <translation>条目属于四个维度中的哪一个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="53"/>
        <source>What the clause does: forbid, limit, ask for, inform …</source>
        <translation>条目的效力：禁止、限制、要求、提示等。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="58"/>
        <source>What holds in this unit</source>
        <translation>本单元应遵守的要求</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="59"/>
        <source>The wording as it is to stand in the list; line breaks are taken out.</source>
        <translation>清单中的文字；换行会去掉。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="65"/>
        <source>Law or document with its article</source>
        <translation>法律或文件名称及条款</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="71"/>
        <source>All; or codes as C26, or names of groups</source>
        <translation>全部；或行业代码（如 C26）、行业组名称</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="72"/>
        <source>Whom the clause binds: GB/T 4754 codes at any depth, or groups of industries.</source>
        <translation>条目约束哪些行业：GB/T 4754 任一层级的代码，或行业组。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="78"/>
        <source>Stands in the column of remarks of the list.</source>
        <translation>写在清单的备注栏。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="93"/>
        <source>Kind</source>
        <comment>dimension and effect of a clause</comment>
        <translation>类型</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="94"/>
        <source>Text</source>
        <comment>of a clause</comment>
        <translation>要求</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="95"/>
        <source>Basis</source>
        <comment>of a clause</comment>
        <translation>依据</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="96"/>
        <source>Industries</source>
        <translation>行业</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="98"/>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="103"/>
        <source>&amp;Keep</source>
        <comment>what was written</comment>
        <translation>保存(&amp;K)</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="175"/>
        <source>&amp;Leave</source>
        <comment>what was written</comment>
        <translation>取消(&amp;L)</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="178"/>
        <source>Leaves all as it was (Esc).</source>
        <translation>保持原样（Esc）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="135"/>
        <source>A new clause of “{unit}”, written by hand.</source>
        <translation>为“{unit}”新写一条。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="137"/>
        <source>This clause is of the level “{level}”: its wording is not altered here, its remark may be.</source>
        <translation>这是“{level}”级条目：文字不在这里改动，备注可以改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="133"/>
        <source>Change the clause in “{unit}” alone.</source>
        <translation>只修改“{unit}”的这一条。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="155"/>
        <source>Puts it into the plan, as an edit of its journal (Ctrl+Enter).</source>
        <translation>写入成果，并记入修订日志（Ctrl+Enter）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="182"/>
        <source>Write what holds in this unit first.</source>
        <translation>请先写明本单元应遵守的要求。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="91"/>
        <source>units: {count}</source>
        <comment>that carry a clause</comment>
        <translation>{count} 个单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_groups.py" line="87"/>
        <source>Clauses, each once</source>
        <translation>条目（每条一次）</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_groups.py" line="97"/>
        <source>Units that carry the clause</source>
        <translation>列有这一条的单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="173"/>
        <source>Zoom</source>
        <comment>to a unit</comment>
        <translation>定位</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="174"/>
        <source>In its list</source>
        <comment>a clause in that of its unit</comment>
        <translation>到清单</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_groups.py" line="106"/>
        <source>Approve in all</source>
        <comment>units</comment>
        <translation>各单元通过</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_groups.py" line="172"/>
        <source>Units that carry it: {count}</source>
        <translation>列有这一条的单元：{count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_groups.py" line="170"/>
        <source>Choose a clause to see which units carry it.</source>
        <translation>选择一条，查看哪些单元列有它。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_groups.py" line="197"/>
        <source>Nothing of it is to be reviewed.</source>
        <translation>这一条没有待审的。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_groups.py" line="198"/>
        <source>The clause is approved in all units that are listed here (Space).</source>
        <translation>这一条在下列全部单元中审核通过（空格键）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_list.py" line="278"/>
        <source>Because of: {what}</source>
        <comment>what brought a clause</comment>
        <translation>来由：{what}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_list.py" line="280"/>
        <source>Remark: {remark}</source>
        <translation>备注：{remark}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="23"/>
        <source>proposed</source>
        <comment>status of a clause</comment>
        <translation>建议</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="24"/>
        <source>to review</source>
        <comment>status of a clause</comment>
        <translation>待审</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="25"/>
        <source>approved</source>
        <comment>status of a clause</comment>
        <translation>已审</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="80"/>
        <source>No basis is named</source>
        <translation>未写依据</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="258"/>
        <source>Basis: {basis}</source>
        <translation>依据：{basis}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="83"/>
        <source>Basis: {basis} (unchecked)</source>
        <translation>依据：{basis}（待核）</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="94"/>
        <source>all units</source>
        <translation>全部单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="103"/>
        <source>written by hand</source>
        <translation>人工编写</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="104"/>
        <source>from a list before</source>
        <translation>沿用上一版清单</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="105"/>
        <source>nobody says what brought it</source>
        <translation>来由不详</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="96"/>
        <source>{category} units</source>
        <translation>{category}单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="100"/>
        <source>counties {codes}</source>
        <translation>行政区划代码 {codes} 开头的县区</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="120"/>
        <source>{thing} covers {share}</source>
        <translation>{thing} 覆盖 {share}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="94"/>
        <source>It holds for every unit.</source>
        <translation>对全部单元适用。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="97"/>
        <source>It holds for all {category} units, and this is one.</source>
        <translation>对全部{category}单元适用，本单元属于此类。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="101"/>
        <source>It holds in counties whose code begins with {codes}.</source>
        <translation>对行政区划代码以 {codes} 开头的县区适用。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="104"/>
        <source>It was taken over from a list before.</source>
        <translation>沿用上一版清单。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="105"/>
        <source>The plan does not say what brought it.</source>
        <translation>成果未说明它的来由。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="127"/>
        <source>Issued by {issuer}.</source>
        <translation>制定机关：{issuer}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="133"/>
        <source>It was written by hand.</source>
        <translation>由人工编写。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="135"/>
        <source>It was written by {author}, {time}.</source>
        <translation>由{author}于 {time} 编写。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="137"/>
        <source>It was written by {author}, {time}: {reason}.</source>
        <translation>由{author}于 {time} 编写：{reason}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="143"/>
        <source>It holds for “{thing}”, which the unit meets.</source>
        <translation>本单元涉及“{thing}”，因此适用。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="145"/>
        <source>It holds for units of the kind “{thing}”, and this is one.</source>
        <translation>对“{thing}”类单元适用，本单元属于此类。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="156"/>
        <source>What holds for it holds here.</source>
        <translation>因此适用该分区的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="147"/>
        <source>“{thing}” covers {share} of the unit: {area} km².</source>
        <translation>“{thing}”覆盖本单元 {share}（{area} km²）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="149"/>
        <source>“{thing}” covers {share} of the unit: {area} km², which is {of_zone} of it.</source>
        <translation>“{thing}”覆盖本单元 {share}（{area} km²），占该分区的 {of_zone}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="158"/>
        <source>It only touches it, by less than {least} of either: so the clause is proposed, not joined.</source>
        <translation>两者相触均不到 {least}，因此只作建议，未直接列入。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="176"/>
        <source>Industries: {industries}.</source>
        <translation>行业：{industries}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="179"/>
        <source>newly built</source>
        <comment>nature of a project</comment>
        <translation>新建</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="180"/>
        <source>extended</source>
        <comment>nature of a project</comment>
        <translation>扩建</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="181"/>
        <source>rebuilt</source>
        <comment>nature of a project</comment>
        <translation>改建</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="182"/>
        <source>already there</source>
        <comment>nature of a project</comment>
        <translation>现有</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="185"/>
        <source>Projects: {natures}.</source>
        <translation>适用于{natures}项目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="188"/>
        <source>Holds where: {conditions}.</source>
        <translation>适用条件：{conditions}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="189"/>
        <source>Does not hold where: {conditions}.</source>
        <translation>除外：{conditions}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="190"/>
        <source>Limit: {conditions}.</source>
        <translation>限值：{conditions}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="195"/>
        <source>Offset: {pollutant}, {ratio} times.</source>
        <translation>替代：{pollutant}，{ratio} 倍。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_words.py" line="198"/>
        <source>In force: {begin} to {end}.</source>
        <translation>有效期：{begin} 至 {end}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="76"/>
        <source>By unit</source>
        <comment>tab</comment>
        <translation>单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="76"/>
        <source>The list of one unit, and why each clause stands in it.</source>
        <translation>一个单元的清单，以及每条为什么列入。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="77"/>
        <source>By clause</source>
        <comment>tab</comment>
        <translation>条目</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="77"/>
        <source>Each clause once, with the units that carry it.</source>
        <translation>每条列一次，并列出有它的单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="212"/>
        <source>Lint</source>
        <comment>tab</comment>
        <translation>核查</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="78"/>
        <source>What is wrong with the lists, and what mends it.</source>
        <translation>清单有哪些问题，如何改正。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="79"/>
        <source>Last year</source>
        <comment>tab</comment>
        <translation>上年</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="79"/>
        <source>What became of each clause since a list before.</source>
        <translation>与上一版清单相比，每条有何变化。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/page.py" line="84"/>
        <source>Entry lists need a plan: make one, or open one.</source>
        <translation>准入清单需要成果：请先运行得到，或打开一份。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/page.py" line="87"/>
        <source>Clauses: {waiting} to review, {approved} approved.</source>
        <translation>清单条目：待审 {waiting}，已审 {approved}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/page.py" line="89"/>
        <source>Clauses: {waiting} to review, {proposed} proposed, {approved} approved.</source>
        <translation>清单条目：待审 {waiting}，建议 {proposed}，已审 {approved}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/page.py" line="100"/>
        <source>Next to review</source>
        <translation>下一条待审</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="49"/>
        <source>Wait until what is on its way is done.</source>
        <translation>请等正在进行的工作完成。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/view.py" line="214"/>
        <source>Lint {count}</source>
        <comment>tab: findings</comment>
        <translation>核查 {count}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/editing.py" line="74"/>
        <source>Approve {count} clauses in {units} units, as one edit?</source>
        <translation>将 {units} 个单元的 {count} 条标为已审，记为一次修订？</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/editing.py" line="75"/>
        <source>Each of them is approved; one undo takes all of it back.</source>
        <translation>逐条标为已审；撤销一次即全部恢复。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/editing.py" line="75"/>
        <source>Approve them</source>
        <translation>全部标为已审</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="82"/>
        <source>Next one</source>
        <comment>clause to review</comment>
        <translation>下一条</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="84"/>
        <source>Approve all</source>
        <comment>that is listed</comment>
        <translation>全部通过</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="202"/>
        <source>The lists are being looked through…</source>
        <translation>正在整理清单…</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="198"/>
        <source>{shown} of {count}, to review: {waiting}</source>
        <translation>{shown} / {count}，待审 {waiting}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="200"/>
        <source>{count} clauses, to review: {waiting}</source>
        <translation>{count} 条，待审 {waiting}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="204"/>
        <source>Nothing that is listed is to be reviewed.</source>
        <translation>所列条目没有待审的。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="207"/>
        <source>All that is listed and to be reviewed is approved, as one edit.</source>
        <translation>所列待审条目全部通过，记为一次修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="212"/>
        <source>Shows the next clause that is to be reviewed, in this unit or a later one.</source>
        <translation>转到下一条待审的条目，本单元没有则到后面的单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_filters.py" line="213"/>
        <source>Nothing is to be reviewed.</source>
        <translation>没有待审的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="40"/>
        <source>new</source>
        <comment>clause since a list before</comment>
        <translation>新增</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="41"/>
        <source>gone</source>
        <comment>clause since a list before</comment>
        <translation>取消</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="42"/>
        <source>changed</source>
        <comment>clause since a list before</comment>
        <translation>修改</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="43"/>
        <source>same</source>
        <comment>clause since a list before</comment>
        <translation>未变</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="84"/>
        <source>The lists that those of this plan are compared with.</source>
        <translation>与哪一版清单对照。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="100"/>
        <source>Which changes are listed.</source>
        <translation>列出哪些变化。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="109"/>
        <source>What became of the clauses</source>
        <translation>条目的变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="147"/>
        <source>Another plan or workbook…</source>
        <translation>另选成果或工作簿…</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="155"/>
        <source>Plan or workbook of lists (*.gpkg *.xlsx)</source>
        <translation>成果或清单工作簿 (*.gpkg *.xlsx)</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="156"/>
        <source>Compare the lists with others</source>
        <translation>与其他清单对照</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="184"/>
        <source>Before: {name}</source>
        <translation>上一版：{name}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="186"/>
        <source>{before}; rows that no unit answers to: {count}, the first {first}</source>
        <translation>{before}；有 {count} 行没有对应的单元，第一个是 {first}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="199"/>
        <source>All clauses</source>
        <translation>全部条目</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="248"/>
        <source>Choose a clause to read both wordings.</source>
        <translation>选择一条，对照前后文字。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="253"/>
        <source>Before</source>
        <comment>a wording</comment>
        <translation>原</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="254"/>
        <source>Now</source>
        <comment>a wording</comment>
        <translation>现</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="256"/>
        <source>not in the list</source>
        <translation>清单中没有</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="264"/>
        <source>The unit is no more.</source>
        <translation>该单元已不存在。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="271"/>
        <source>Lists what became of each clause; the plan stays as it is.</source>
        <translation>列出每条的变化；成果保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="279"/>
        <source>Choose last year’s plan, or the workbook of its lists, to compare with.</source>
        <translation>选择上一版成果或清单工作簿进行对照。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/last_year.py" line="281"/>
        <source>What became of each clause since, unit by unit; it changes nothing.</source>
        <translation>逐单元列出每条的变化；只看不改。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/lint.py" line="50"/>
        <source>Nothing is wrong with the lists.</source>
        <translation>清单没有问题。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/lint.py" line="100"/>
        <source>Looking for what mends it…</source>
        <translation>正在查找改正办法…</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/lint.py" line="106"/>
        <source>A person has to write here: change the clause, or accept the finding.</source>
        <translation>须由人改写：请修改条目，或说明理由接受。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/lint.py" line="108"/>
        <source>What mends it is one edit, which can be undone:</source>
        <translation>一次修订即可改正，可以撤销：</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/lint.py" line="119"/>
        <source>Done in so many units: {count}</source>
        <translation>涉及 {count} 个单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/lint.py" line="120"/>
        <source>The finding speaks of no unit.</source>
        <translation>该问题不涉及具体单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit.py" line="46"/>
        <source>Clauses of the unit</source>
        <translation>本单元的条目</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="285"/>
        <source>All stays as it is.</source>
        <translation>一切保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="286"/>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="106"/>
        <source>To review: {count}</source>
        <translation>待审：{count}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="37"/>
        <source>The unit whose list shows: write a part of its name or code, or choose it.</source>
        <translation>显示哪个单元的清单：输入名称或编码的一部分，或直接选择。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="154"/>
        <source>There is no other unit there.</source>
        <translation>那边没有别的单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="156"/>
        <source>The unit before, by code.</source>
        <translation>前一个单元（按编码）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="157"/>
        <source>The next unit, by code.</source>
        <translation>后一个单元（按编码）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="158"/>
        <source>Click a unit on the map to see its list; Esc ends.</source>
        <translation>在地图上单击单元，查看它的清单；Esc 结束。</translation>
    </message>
    <message>
        <location filename="../ui/work/clause_keeper.py" line="86"/>
        <source>Looking through the entry lists</source>
        <translation>整理准入清单</translation>
    </message>
    <message>
        <location filename="../ui/work/previous_lists.py" line="30"/>
        <source>Last year’s workbook of lists</source>
        <translation>上一版清单工作簿</translation>
    </message>
    <message>
        <location filename="../ui/work/previous_lists.py" line="32"/>
        <source>Last year’s plan</source>
        <translation>上一版成果</translation>
    </message>
    <message>
        <location filename="../ui/work/previous_lists.py" line="60"/>
        <source>Comparing entry lists</source>
        <translation>对照准入清单</translation>
    </message>
    <message>
        <location filename="../ui/work/list_facts.py" line="92"/>
        <source>Measuring what touches the units</source>
        <translation>量算与单元相触的分区</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/lint.py" line="99"/>
        <source>Looking for what mends a finding</source>
        <translation>查找改正办法</translation>
    </message>
    <message>
        <location filename="../ui/map/site_tool.py" line="67"/>
        <source>Let go where the site is to be; Esc puts it back.</source>
        <translation>在新位置松开鼠标；Esc 放回原处。</translation>
    </message>
    <message>
        <location filename="../ui/map/site_tool.py" line="77"/>
        <source>Click the next point; Backspace takes one back, Esc cancels.</source>
        <translation>单击下一点；Backspace 退回一点，Esc 取消。</translation>
    </message>
    <message>
        <location filename="../ui/map/site_tool.py" line="78"/>
        <source>Click on, or end with a double click or Enter; Backspace takes one back.</source>
        <translation>继续单击，双击或回车结束；Backspace 退回一点。</translation>
    </message>
    <message>
        <location filename="../ui/map/site_tool.py" line="82"/>
        <source>Click on the map where the project is to be.</source>
        <translation>在地图上单击项目的位置。</translation>
    </message>
    <message>
        <location filename="../ui/map/site_tool.py" line="83"/>
        <source>Click on the map where the line begins.</source>
        <translation>在地图上单击线路的起点。</translation>
    </message>
    <message>
        <location filename="../ui/map/site_tool.py" line="84"/>
        <source>Click on the map the first corner of the site.</source>
        <translation>在地图上单击选址的第一个角点。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="123"/>
        <source>Grounds</source>
        <comment>tab</comment>
        <translation>依据</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="124"/>
        <source>Each clause, whether it applies and why; what is met, and what is open.</source>
        <translation>每一条是否适用、为什么；选址涉及什么，还有什么没有核对。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="128"/>
        <source>Where else</source>
        <comment>tab</comment>
        <translation>另选位置</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="129"/>
        <source>The nearest places where the project could go.</source>
        <translation>最近的、项目可以落地的位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="133"/>
        <source>Many projects</source>
        <comment>tab</comment>
        <translation>批量研判</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="134"/>
        <source>A table of projects in, a table of verdicts out.</source>
        <translation>读入项目表，给出结论表。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="155"/>
        <source>An assessment needs a plan: make one, or open one.</source>
        <translation>研判需要成果：请先运行得到，或打开一份。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="159"/>
        <source>The plan is being read…</source>
        <translation>正在读取成果…</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="161"/>
        <source>Say where the project is to be: draw it, or type its coordinates.</source>
        <translation>请指定项目位置：在地图上画出，或输入坐标。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="165"/>
        <source>The site is being assessed…</source>
        <translation>正在研判…</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="167"/>
        <source>{verdict}, {place}, as of {day}.</source>
        <translation>{verdict}；{place}；截至 {day}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="172"/>
        <source>The plan is under revision: the answer is by its file as it stands now.</source>
        <translation>成果正在修订：按文件中现在的内容研判，修订写入后自动重新研判。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="173"/>
        <source>{sentence} {other}</source>
        <translation>{sentence}{other}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="103"/>
        <source>There is no answer yet.</source>
        <translation>还没有结论。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="199"/>
        <source>Places are being assessed, nearest first…</source>
        <translation>正在由近到远逐处研判…</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="201"/>
        <source>The project may come here: no other place is needed.</source>
        <translation>项目在此处可以落地，不必另选。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="434"/>
        <source>assessment</source>
        <comment>in the name of a file</comment>
        <translation>研判</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/answer.py" line="156"/>
        <source>Clauses, and what else the answer rests on</source>
        <translation>条目及其他依据</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="55"/>
        <source>Table of projects…</source>
        <translation>选择项目表…</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="61"/>
        <source>Assess again</source>
        <translation>重新研判</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="178"/>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="71"/>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="75"/>
        <source>Because</source>
        <translation>理由</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="81"/>
        <source>Projects with their verdicts</source>
        <translation>各项目的研判结论</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="111"/>
        <source>CSV or workbook, a project a row, with columns such as 编号, 项目名称, X, Y, 半径, 坐标系, 行业代码, 建设性质, 项目信息; or 位置, which holds coordinates, WKT or the name of a file beside the table.</source>
        <translation>CSV 或工作簿，一行一个项目，列名如：编号、项目名称、X、Y、半径、坐标系、行业代码、建设性质、项目信息；或用一列“位置”写坐标、WKT 或与表同目录的文件名。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="110"/>
        <source>A table is being assessed.</source>
        <translation>正在研判项目表。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="116"/>
        <source>Reads the same table again and assesses it by the plan as it is now.</source>
        <translation>重新读取同一张表，按现在的成果研判。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="117"/>
        <source>No table was assessed yet.</source>
        <translation>还没有研判过项目表。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="121"/>
        <source>Tables of projects (*.csv *.xlsx)</source>
        <translation>项目表 (*.csv *.xlsx)</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="122"/>
        <source>Table of projects</source>
        <translation>项目表</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="129"/>
        <source>{file} is being assessed…</source>
        <translation>正在研判 {file}…</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="148"/>
        <source>verdicts</source>
        <comment>in the name of a file</comment>
        <translation>研判结论表</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="179"/>
        <source>cannot be read {count}</source>
        <translation>无法读取 {count}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="180"/>
        <source>{file}: {count} projects: {each}. A click shows one on the map.</source>
        <translation>{file}：{count} 个项目，其中 {each}。单击一行，在地图上查看。</translation>
    </message>
    <message>
        <location filename="../ui/work/assessment.py" line="282"/>
        <source>, </source>
        <comment>between two measures</comment>
        <translation>，</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="72"/>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="39"/>
        <source>east</source>
        <comment>direction</comment>
        <translation>东</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="40"/>
        <source>north-east</source>
        <comment>direction</comment>
        <translation>东北</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="41"/>
        <source>north</source>
        <comment>direction</comment>
        <translation>北</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="42"/>
        <source>north-west</source>
        <comment>direction</comment>
        <translation>西北</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="43"/>
        <source>west</source>
        <comment>direction</comment>
        <translation>西</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="44"/>
        <source>south-west</source>
        <comment>direction</comment>
        <translation>西南</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="45"/>
        <source>south</source>
        <comment>direction</comment>
        <translation>南</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="46"/>
        <source>south-east</source>
        <comment>direction</comment>
        <translation>东南</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="66"/>
        <source>Look for other places</source>
        <translation>查找其他位置</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="79"/>
        <source>Other places</source>
        <translation>其他位置</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="104"/>
        <source>Looks for the nearest places where the same project could go.</source>
        <translation>查找同一项目可以落地的最近位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="113"/>
        <source>The search ended, as something else was asked meanwhile.</source>
        <translation>其间提出了新的研判，查找已停止。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="176"/>
        <source>{number}. {where}: {verdict}</source>
        <translation>{number}. {where}：{verdict}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="191"/>
        <source>Places found: {good} of {tried} that were tried. A click moves the site there.</source>
        <translation>试了 {tried} 处，找到 {good} 处。单击一处，选址即移到那里。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="193"/>
        <source>None of the {tried} nearest places fits; below stands what is against them.</source>
        <translation>最近的 {tried} 处都不行；原因列在下面。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="195"/>
        <source> Some hang on facts of the project that nobody has said.</source>
        <translation>其中一些只因项目信息未知，在“依据”中填写后再查找。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="217"/>
        <source>Refused on the way: {count}</source>
        <translation>途中不行的位置：{count} 处</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="216"/>
        <source>crosses on the map; by what stood against them</source>
        <translation>地图上以叉号表示；按原因归并</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="214"/>
        <source>{count} places, the nearest {distance} away</source>
        <translation>{count} 处，最近的相距 {distance}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="230"/>
        <source>It would reach beyond the plan</source>
        <translation>超出成果范围</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="233"/>
        <source>The plan has no layer: {role}</source>
        <translation>成果缺少图层：{role}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="234"/>
        <source>A fact of the project that nobody has said</source>
        <translation>缺少所需的项目信息</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="107"/>
        <source>Is the project what is described: {text}</source>
        <translation>项目是否属于下述情形：{text}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="113"/>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="113"/>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="195"/>
        <source>not known</source>
        <comment>a fact of the project</comment>
        <translation>未知</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="149"/>
        <source>Unit</source>
        <comment>of a number</comment>
        <translation>单位</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="150"/>
        <source>The unit of the number; units are not converted.</source>
        <translation>数值的单位；不作换算。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="204"/>
        <source>By what it is the verdict may become: {verdicts}.</source>
        <translation>视其取值，结论可能为：{verdicts}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="206"/>
        <source>It tells whether a clause applies; the verdict stays.</source>
        <translation>只影响某一条是否适用，不改变结论。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="232"/>
        <source>Other facts that clauses ask for.</source>
        <translation>条目还问到的其他项目信息。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="305"/>
        <source>The verdict hangs on this:</source>
        <translation>结论取决于以下信息：</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="307"/>
        <source>Facts of the project:</source>
        <comment>that clauses asked for</comment>
        <translation>项目信息：</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="115"/>
        <source>Point</source>
        <comment>kind of site</comment>
        <translation>点</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="79"/>
        <source>Click on the map: a point with a radius. What is drawn can be dragged.</source>
        <translation>在地图上单击：以该点为圆心、按半径划定选址；画好后可以拖动。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="116"/>
        <source>Line</source>
        <comment>kind of site</comment>
        <translation>线</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="85"/>
        <source>Draw a road or a pipe; with a buffer, or as the line alone.</source>
        <translation>画出道路、管线等；可加缓冲，也可只算线本身。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="117"/>
        <source>Area</source>
        <comment>kind of site</comment>
        <translation>面</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="91"/>
        <source>Draw the outline of the site, corner by corner.</source>
        <translation>逐个角点画出选址范围。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="116"/>
        <source>round </source>
        <comment>radius or buffer of a site</comment>
        <translation>周边 </translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="117"/>
        <source> m</source>
        <translation> 米</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="118"/>
        <source>Radius or buffer</source>
        <translation>半径或缓冲距离</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="119"/>
        <source>Metres round a point or a line; 0: the point or the line alone.</source>
        <translation>点或线周边的米数；0 表示只算点或线本身。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="124"/>
        <source>Other ways</source>
        <comment>to say where a site is</comment>
        <translation>其他方式</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="125"/>
        <source>Coordinates, a selected feature of any layer, or a file with the site.</source>
        <translation>输入坐标、取任一图层中选中的要素，或读取选址文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="140"/>
        <source>87.617, 43.793 or x, y</source>
        <translation>87.617, 43.793 或 x, y</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="141"/>
        <source>Longitude and latitude in degrees, or x and y in metres, the radius in metres after them; or WKT. Enter puts the site there.</source>
        <translation>经度、纬度（度），或 x、y（米），其后可写半径（米）；也可写 WKT。回车即定位。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="160"/>
        <source>By the numbers</source>
        <comment>CRS of coordinates</comment>
        <translation>按数值判断</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="161"/>
        <source>CGCS2000 / WGS 84, degrees</source>
        <translation>CGCS2000 / WGS 84（经纬度）</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="162"/>
        <source>The plan&apos;s CRS, metres</source>
        <translation>成果的坐标系（米）</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="163"/>
        <source>GCJ-02 (web maps)</source>
        <translation>GCJ-02（网络地图）</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="164"/>
        <source>BD-09 (Baidu)</source>
        <translation>BD-09（百度地图）</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="152"/>
        <source>CRS of the coordinates</source>
        <translation>坐标所用的坐标系</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="153"/>
        <source>What the coordinates are in. Those of web maps are shifted on purpose: named, they are converted.</source>
        <translation>坐标所用的坐标系。网络地图的坐标经过偏移，在此指明后自动转换。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="171"/>
        <source>Put it there</source>
        <translation>定位</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="175"/>
        <source>Selected feature</source>
        <translation>取选中要素</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="176"/>
        <source>What is selected in the active layer, whatever its kind and CRS.</source>
        <translation>取当前图层中选中的要素，几何类型和坐标系不限。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="180"/>
        <source>From a file…</source>
        <translation>从文件…</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="181"/>
        <source>A vector layer in any CRS, or a CSV with the corners of the plot in order.</source>
        <translation>任何坐标系的矢量图层，或按顺序列出界址点的 CSV。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="188"/>
        <source>Coordinates</source>
        <translation>坐标</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="189"/>
        <source>They are in</source>
        <translation>坐标系</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="213"/>
        <source>Sites (*.shp *.gpkg *.geojson *.json *.kml *.dxf *.csv *.txt *.zip)</source>
        <translation>选址文件 (*.shp *.gpkg *.geojson *.json *.kml *.dxf *.csv *.txt *.zip)</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="214"/>
        <source>File with the site</source>
        <translation>选址文件</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="219"/>
        <source>Puts the site at these coordinates.</source>
        <translation>把选址放到该坐标处。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="220"/>
        <source>Write the coordinates first.</source>
        <translation>请先输入坐标。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="222"/>
        <source>There is no site yet.</source>
        <translation>还没有选址。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="223"/>
        <source>Shows the site on the map.</source>
        <translation>在地图上显示选址。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="224"/>
        <source>Takes the site off the map; the project stays as it was said.</source>
        <translation>从地图上清除选址；项目信息保留。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="162"/>
        <source>new</source>
        <comment>nature of a project</comment>
        <translation>新增</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="163"/>
        <source>extension</source>
        <comment>nature of a project</comment>
        <translation>扩建</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="164"/>
        <source>conversion</source>
        <comment>nature of a project</comment>
        <translation>改建</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="165"/>
        <source>existing</source>
        <comment>nature of a project</comment>
        <translation>现有</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="157"/>
        <source>Nature of the project</source>
        <translation>建设性质</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="158"/>
        <source>Many clauses hold for what is new or extended alone.</source>
        <translation>许多条目只管新建或扩建项目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="171"/>
        <source>As of the day</source>
        <translation>研判日期</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="179"/>
        <source>Industry</source>
        <translation>行业</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="190"/>
        <source>No industry of GB/T 4754 is called so; the project is assessed without one.</source>
        <translation>国民经济行业分类中没有这样的行业；暂按行业未知研判。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="52"/>
        <source>Word</source>
        <translation>Word</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="53"/>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="54"/>
        <source>Workbook</source>
        <translation>Excel</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="55"/>
        <source>Table (CSV)</source>
        <translation>CSV</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="74"/>
        <source>Save table</source>
        <translation>保存结论表</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="74"/>
        <source>Write report</source>
        <translation>生成报告</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="134"/>
        <source>Where the report goes</source>
        <translation>报告存放位置</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="150"/>
        <source>The report is being written…</source>
        <translation>正在生成报告…</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="154"/>
        <source>Written: {file}</source>
        <translation>已生成：{file}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="163"/>
        <source>Not written. {why}</source>
        <translation>未能生成。{why}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="70"/>
        <source>{length} m</source>
        <translation>{length} 米</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="71"/>
        <source>{length} km</source>
        <translation>{length} 公里</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="120"/>
        <source>{kind} with {metres} m round it</source>
        <translation>{kind}，周边 {metres} 米</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="122"/>
        <source>{kind}: {measure}</source>
        <translation>{kind}，{measure}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="151"/>
        <source>(unchecked)</source>
        <comment>basis of a clause</comment>
        <translation>（待核）</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="179"/>
        <source>{what}, and {count} more.</source>
        <translation>{what}，另有 {count} 项。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="187"/>
        <source> And {count} more clauses.</source>
        <translation>另有 {count} 条。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="193"/>
        <source>No clause that was found here stands against it.</source>
        <translation>此处没有发现与项目冲突的条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="198"/>
        <source>. </source>
        <comment>between two sentences</comment>
        <translation>。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="240"/>
        <source>To be known</source>
        <translation>须知</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="245"/>
        <source>Offsets</source>
        <translation>替代要求</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="256"/>
        <source>There is none here</source>
        <translation>本地没有</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="260"/>
        <source>Not checked</source>
        <translation>未核对</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="265"/>
        <source>There is some</source>
        <translation>撤回</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="268"/>
        <source>Said by hand: there is none here</source>
        <translation>已说明本地没有</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="288"/>
        <source>Lies on</source>
        <translation>占用</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="291"/>
        <source>competent: {department}</source>
        <translation>主管：{department}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="298"/>
        <source>Decides</source>
        <comment>group of clauses</comment>
        <translation>决定结论</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="299"/>
        <source>Decides, if it applies</source>
        <comment>group of clauses</comment>
        <translation>若适用则决定结论</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="300"/>
        <source>May apply</source>
        <comment>group of clauses</comment>
        <translation>可能适用</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="301"/>
        <source>Applies too</source>
        <comment>group of clauses</comment>
        <translation>同时适用</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="302"/>
        <source>Cannot be said, for want of a layer</source>
        <comment>group of clauses</comment>
        <translation>缺少图层，无法判断</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="303"/>
        <source>Exempt</source>
        <comment>group of clauses</comment>
        <translation>豁免</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="304"/>
        <source>Does not apply</source>
        <comment>group of clauses</comment>
        <translation>不适用</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="328"/>
        <source> · </source>
        <comment>between facts of a clause</comment>
        <translation> · </translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="341"/>
        <source>Say it</source>
        <comment>a fact of the project</comment>
        <translation>填写</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="361"/>
        <source>crossed {count} times</source>
        <translation>穿越 {count} 次</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="58"/>
        <source>Assess sites of projects</source>
        <translation>研判项目选址</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="62"/>
        <source>Says whether a project may come to a site, and which clause of the entry lists of a plan says so: for one site, or for each feature of a layer.</source>
        <translation>判断项目能否在某处落地、依据准入清单的哪一条：可以只判一处，也可以逐个判断图层中的要素。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="66"/>
        <source>A verdict is the strictest of what applies. Where a fact is missing that decides, it is to be reviewed; where a layer is missing or the site lies outside, it cannot be assessed: neither is ever “no conflict”.</source>
        <translation>结论取适用条目中最严的一条。缺少起决定作用的信息时为“需论证”；缺少图层或选址超出范围时为“无法研判”；二者都不会当作“未发现冲突”。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="71"/>
        <source>The report is a Word document, PDF or workbook of one site, a workbook or CSV of several. For reference only: it replaces no approval.</source>
        <translation>一处选址的报告为 Word、PDF 或工作簿，多处的为工作簿或 CSV。仅供参考，不替代审批。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="81"/>
        <source>Layer of sites</source>
        <translation>选址图层</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="82"/>
        <source>Points, lines or polygons in any CRS, a site each. Empty: the site written below.</source>
        <translation>点、线或面，坐标系不限，一个要素一处选址。留空则用下面写的选址。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="88"/>
        <source>Or one site</source>
        <translation>或写一处选址</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="89"/>
        <source>x,y or x,y,radius in metres, or WKT; degrees are taken for CGCS2000 / WGS 84.</source>
        <translation>x,y 或 x,y,半径（米），或 WKT；经纬度按 CGCS2000 / WGS 84 读取。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="94"/>
        <source>Facts of the project</source>
        <translation>项目信息</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="97"/>
        <source>Field with the name of the project</source>
        <translation>项目名称字段</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="98"/>
        <source>Field with the industry</source>
        <translation>行业字段</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="99"/>
        <source>Field with the nature of the project</source>
        <translation>建设性质字段</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="100"/>
        <source>Field with the facts of the project</source>
        <translation>项目信息字段</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="104"/>
        <source>Of the layer of sites; where it is empty, what is written above counts.</source>
        <translation>选址图层的字段；为空时用上面所写的。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="109"/>
        <source>Verdicts</source>
        <translation>研判结论</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="111"/>
        <source>The sites in the colours of their verdicts, with why, units and what is open.</source>
        <translation>按结论着色的选址，附理由、管控单元和未决事项。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="117"/>
        <source>Word (*.docx);;PDF (*.pdf);;Workbook (*.xlsx);;CSV (*.csv)</source>
        <translation>Word (*.docx);;PDF (*.pdf);;工作簿 (*.xlsx);;CSV (*.csv)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="118"/>
        <source>Of one site .docx, .pdf or .xlsx; of several .xlsx or .csv.</source>
        <translation>一处选址为 .docx、.pdf 或 .xlsx，多处为 .xlsx 或 .csv。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="122"/>
        <source>Answer as JSON</source>
        <translation>JSON 结果</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="123"/>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="124"/>
        <source>All of the answer for other programs, as `assess --json` prints it.</source>
        <translation>供其他程序使用的全部结果，与 `assess --json` 相同。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="131"/>
        <source>Verdict, as its id</source>
        <translation>结论代号</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="132"/>
        <source>Verdict in words</source>
        <translation>结论</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="136"/>
        <source>Number of sites</source>
        <translation>选址数量</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="137"/>
        <source>Number of sites that cannot be read</source>
        <translation>无法读取的选址数量</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="142"/>
        <source>Give a layer of sites, or write one site: one of the two.</source>
        <translation>请给出选址图层，或写一处选址：二者取一。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="233"/>
        <source>Verdict: {verdict}</source>
        <translation>结论：{verdict}</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/assess_site.py" line="250"/>
        <source>; </source>
        <comment>between several things</comment>
        <translation>；</translation>
    </message>
    <message>
        <location filename="../ui/work/assessment.py" line="283"/>
        <source>As was said by hand, there is nothing here of: {roles}</source>
        <translation>按使用者说明，本地没有：{roles}</translation>
    </message>
    <message>
        <location filename="../ui/work/assessment.py" line="325"/>
        <source>Assess projects</source>
        <translation>批量研判</translation>
    </message>
    <message>
        <location filename="../ui/work/assessment.py" line="347"/>
        <source>Report of an assessment</source>
        <translation>研判报告</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="91"/>
        <source>Assess</source>
        <comment>name of a desk</comment>
        <translation>项目研判</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/page.py" line="67"/>
        <source>Lists</source>
        <comment>name of a desk</comment>
        <translation>准入清单</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="58"/>
        <source>Connected to where ticked, else not; one that is taken out is asked about once more.</source>
        <translation>勾选的允许连接，未勾选的不连接；移除后下次会重新询问。</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="64"/>
        <source>&amp;Database servers</source>
        <translation>数据库服务器(&amp;D)</translation>
    </message>
    <message>
        <location filename="../ui/frame/options.py" line="65"/>
        <source>Ask a&amp;gain</source>
        <translation>重新询问(&amp;G)</translation>
    </message>
    <message>
        <location filename="../ui/frame/panel.py" line="84"/>
        <source>not named</source>
        <translation>未指定</translation>
    </message>
    <message>
        <location filename="../ui/frame/panel.py" line="85"/>
        <source>The case or a layer is to be read from the database server “{host}” (port {port}, database “{database}”, user “{user}”). To connect tells it who you are: without a user's name, the one you have on this computer. Connect only to a server that you know.

The answer is kept; Settings → Options → Control units has it.</source>
        <translation>要读取的方案配置或图层来自数据库服务器“{host}”（端口 {port}，数据库“{database}”，用户“{user}”）。一经连接，该服务器即可得知您的用户名；未指定用户时为本机登录名。请只连接您了解的服务器。

回答会保存，可在“设置 → 选项 → 管控单元”中更改。</translation>
    </message>
    <message>
        <location filename="../ui/frame/panel.py" line="94"/>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <location filename="../ui/frame/panel.py" line="94"/>
        <source>Do not connect</source>
        <translation>不连接</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="204"/>
        <source>Database servers that may be connected to</source>
        <translation>允许连接的数据库服务器</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithm.py" line="205"/>
        <source>Separated by commas, as the case names them. No other is connected to, and nothing is kept for the next time.</source>
        <translation>以逗号分隔，写法与方案配置一致。其他服务器一律不连接，下次需重新填写。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="158"/>
        <source>none: the package is not signed</source>
        <translation>未选：成果包不签名</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="159"/>
        <source>Whoever changes a package that is not signed can sum it anew. A private Ed25519 key is made once, by “openssl genpkey -algorithm ed25519 -out key.pem”; its public half goes to the receiver by another way.</source>
        <translation>成果包未签名时，改动者可以重新计算校验和。Ed25519 私钥只需生成一次（openssl genpkey -algorithm ed25519 -out key.pem）；对应的公钥另行交给收件方。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_card.py" line="97"/>
        <source>Sign with</source>
        <translation>签名私钥</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/operation_form.py" line="45"/>
        <source>Any operation</source>
        <translation>任意操作</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/operation_form.py" line="56"/>
        <source>Do it</source>
        <comment>an operation</comment>
        <translation>执行</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/operation_form.py" line="58"/>
        <source>Does the operation; the desk says what came of it, and undo takes it back.</source>
        <translation>执行该操作；结果在修订页中说明，可以撤销。</translation>
    </message>
    <message>
        <location filename="../ui/map/version_layer.py" line="165"/>
        <source>of a unit that ends</source>
        <translation>不再保留的单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="78"/>
        <source>What becomes of the unit: an update was made for it beside the plan, which stays as it is.</source>
        <translation>单元的去向：已另行试算一次更新，现有成果不变。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="123"/>
        <source>The update is being made for a look, beside the plan…</source>
        <translation>正在试算更新，现有成果不变…</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="126"/>
        <source>The update changes nothing of the plan.</source>
        <translation>此次更新不会改变现有成果。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/touched.py" line="229"/>
        <source>New findings: {count}</source>
        <translation>新增质检问题：{count} 个</translation>
    </message>
    <message>
        <location filename="../ui/frame/panel.py" line="79"/>
        <source>Take it back, edits too</source>
        <translation>连同修订一并撤回</translation>
    </message>
    <message>
        <location filename="../ui/frame/panel.py" line="79"/>
        <source>Leave all as it is</source>
        <translation>不撤回</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="108"/>
        <source>Locked units would change: which goes first?</source>
        <translation>已锁定的单元将有变化，以哪个为准？</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="111"/>
        <source>The units change as listed, and stay locked.</source>
        <translation>单元按上列面积变动，仍保持锁定。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="113"/>
        <source>The lock: they stay as they are</source>
        <translation>以锁定为准：保持不变</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="121"/>
        <source>A county has another code: what becomes of unit codes?</source>
        <translation>县级代码有变，单元编码如何处理？</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="124"/>
        <source>They stay as they are</source>
        <translation>保留原编码</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="124"/>
        <source>The county part of before stays in the codes, and is valid.</source>
        <translation>编码中保留原县级代码，继续有效。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="125"/>
        <source>They get the new county code</source>
        <translation>改用新的县级代码</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="125"/>
        <source>The serial stays where the new county has it free.</source>
        <translation>顺序号在新代码下空闲的，予以沿用。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="256"/>
        <source>It is being worked out whether locked units would change.</source>
        <translation>正在计算已锁定的单元是否会有变化。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="257"/>
        <source>Say first which goes before the other: the rules, or the lock.</source>
        <translation>请先选择：以规则为准，还是以锁定为准。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="258"/>
        <source>Say first what becomes of the codes that hold the county code of before.</source>
        <translation>请先选择：含原县级代码的单元编码如何处理。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="122"/>
        <source>Names and lists go on either way.</source>
        <translation>两种选择下，名称和清单都会延续。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="109"/>
        <source>Red lines and other protected land go up either way.</source>
        <translation>生态保护红线等受保护的范围，两种选择下都会调高类别。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="114"/>
        <source>They lose no land and get none; a finding tells where the rules say otherwise.</source>
        <translation>既不划出也不划入土地；与现行规则不一致之处，由质检问题说明。</translation>
    </message>
    <message>
        <location filename="../ui/frame/panel.py" line="78"/>
        <source>When that is brought back, they are there again.</source>
        <translation>恢复时，这些修订也一并恢复。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/after.py" line="201"/>
        <source>Codes that keep their county of before: {count}.</source>
        <translation>沿用原县级代码的单元编码：{count} 个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/update/doing.py" line="111"/>
        <source>The rules: they change as below</source>
        <translation>以规则为准：按下列变动</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="101"/>
        <source>grade: {before} → {after}</source>
        <translation>级别：{before} → {after}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="60"/>
        <source>The grade of each feature, for example 一级, 二级; 国家级, 省级; 核心保护区.</source>
        <translation>每个要素的级别或控制区，如一级、二级；国家级、省级；核心保护区。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="98"/>
        <source>Grade</source>
        <translation>级别</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="169"/>
        <source>{verdict}, {place}; no day is stated, so what is in force was not judged.</source>
        <translation>{verdict}，{place}；未给出日期，未判定效力。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="172"/>
        <source>Clauses and laws count as they are in force on this day; without one that is not judged.</source>
        <translation>按这一天有效的条目和法律研判；未填则不判定效力。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/clause_form.py" line="66"/>
        <source>What the clause rests on; a basis that is not the clause library&apos;s own counts as unchecked.</source>
        <translation>条目的依据；不是条款库原有依据的，一律按待核计。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/stated_form.py" line="37"/>
        <source>Stands on all documents, lists and maps; kept in the case.</source>
        <translation>印在所有文件、清单和图件上，并保存在方案配置中。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/stated_form.py" line="82"/>
        <source>The last version was filed for {last}. Is this one filed for {year}?</source>
        <translation>上一版成果的备案年度为 {last}，本次填的是 {year}，确认吗？</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/stated_form.py" line="84"/>
        <source>Yes, for {year}</source>
        <translation>确认，{year} 年度</translation>
    </message>
    <message>
        <location filename="../ui/widgets/day_edit.py" line="32"/>
        <source>YYYY-MM-DD</source>
        <translation>年-月-日</translation>
    </message>
    <message>
        <location filename="../ui/words.py" line="131"/>
        <source>date, filing year or place</source>
        <translation>编制日期、备案年度或省、市</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="124"/>
        <source>Take {name}</source>
        <translation>采用 {name}</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="138"/>
        <source>Choose its &amp;file…</source>
        <translation>选择图层文件(&amp;F)…</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/bar.py" line="139"/>
        <source>There is &amp;none in this territory</source>
        <translation>本区域确无此类图层(&amp;N)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="189"/>
        <source>none here</source>
        <translation>已说明没有</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="226"/>
        <source>choose one</source>
        <translation>待选定</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="352"/>
        <source>{role}: choose which of {count} layers is taken.</source>
        <translation>{role}：{count} 个图层是同一内容，请选定采用哪一个。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="354"/>
        <source>There is no {role}: add it, or say that there is none.</source>
        <translation>没有{role}：请补充图层，或说明确实没有。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="383"/>
        <source>Answer</source>
        <translation>去回答</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/stated_form.py" line="58"/>
        <source>Not filled in: {fields}. Documents say so.</source>
        <translation>未填：{fields}。文件中印“（未填）”。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/package_errors.py" line="72"/>
        <source>No package was made. What has to be stated is filled in: no reason takes its place. Other errors are mended, or get a reason then.</source>
        <translation>未生成成果包。应填写的内容须先填写，不能以理由代替；其余错误请修改，或届时填写保留的理由。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="114"/>
        <source>Says the same of all columns of this name in other tables, where it can be.</source>
        <translation>其他表中同名的列，凡可填写此项的，一并改为相同内容。</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="195"/>
        <source>Correct its &amp;namesakes too ({count})</source>
        <translation>其余 {count} 列同名，一并更正(&amp;N)</translation>
    </message>
    <message>
        <location filename="../ui/pages/output/last_year_box.py" line="226"/>
        <source>Of {columns} columns {proved} are known by their values, {named} only by their names, {empty} stay empty.</source>
        <translation>共 {columns} 列：{proved} 列按数值认定，{named} 列仅按列名认定，{empty} 列留空。</translation>
    </message>
    <message>
        <location filename="../ui/pages/rules/tree.py" line="126"/>
        <source>switched off</source>
        <comment>a rule</comment>
        <translation>已停用</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="176"/>
        <source>not measured</source>
        <translation>不统计</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="249"/>
        <source>It lies outside the study area: no face gets a value of it.</source>
        <translation>位于研究区之外：不会有图斑取得它的值。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/page.py" line="365"/>
        <source>Right, go on</source>
        <translation>无误，继续</translation>
    </message>
    <message>
        <location filename="../ui/widgets/details.py" line="66"/>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="147"/>
        <source>Does it after all, by the document in the field.</source>
        <translation>按栏中所填文件完成这次修订。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="148"/>
        <source>By this document</source>
        <translation>按此文件办理</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="133"/>
        <source>Name and number of the document that the next edit rests on; what lowers a category asks for it each time.</source>
        <translation>下一次修订所依据文件的名称和文号；降低管控类别时每次都要指明。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/line.py" line="174"/>
        <source>The reason goes with every edit until the revision ends, the document with the next edit alone.</source>
        <translation>理由随每次修订记录，直到结束修订；依据文件只随下一次修订记录。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/unit_box.py" line="180"/>
        <source>Shows the clause in the list of its unit, as that is now.</source>
        <translation>在其单元的现行清单中显示该条目。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="49"/>
        <source>not taken</source>
        <comment>row of a workbook</comment>
        <translation>未采用</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="50"/>
        <source>kept</source>
        <comment>clause whose row was deleted</comment>
        <translation>保留</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="51"/>
        <source>new</source>
        <comment>row of a workbook</comment>
        <translation>新增</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="52"/>
        <source>changed</source>
        <comment>row of a workbook</comment>
        <translation>修改</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="53"/>
        <source>approved</source>
        <comment>row of a workbook</comment>
        <translation>审核</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="54"/>
        <source>removed</source>
        <comment>clause whose row was deleted</comment>
        <translation>删除</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="54"/>
        <source>row deleted, stays in the plan</source>
        <translation>行已删除（方案保留）</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="66"/>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="66"/>
        <source>; </source>
        <comment>between lists of things</comment>
        <translation>；</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="96"/>
        <source>Worded before: {text}</source>
        <translation>原文：{text}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="102"/>
        <source>{sheet} row {line}</source>
        <translation>{sheet} 第 {line} 行</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="100"/>
        <source>row deleted</source>
        <translation>行已删除</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="123"/>
        <source>{column}: {before} → {after}</source>
        <translation>{column}：{before} → {after}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="123"/>
        <source>{column}: {after}</source>
        <translation>{column}：{after}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="158"/>
        <source>Import lists…</source>
        <translation>导入清单…</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="159"/>
        <source>Export lists…</source>
        <translation>导出清单…</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="164"/>
        <source>What the workbook would change</source>
        <translation>工作簿会改动的条目</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="169"/>
        <source>&amp;Import</source>
        <comment>a workbook</comment>
        <translation>导入(&amp;I)</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="195"/>
        <source>Shows what a workbook of lists would change, before anything is written.</source>
        <translation>先列出工作簿会改动哪些条目，确认后才写入。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="196"/>
        <source>Writes the lists of all units into a workbook, as the page Output does.</source>
        <translation>把全部单元的清单写成工作簿，与“成果输出”页相同。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="202"/>
        <source>The workbook says nothing that the plan has not.</source>
        <translation>工作簿的内容方案中都已有。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="206"/>
        <source>Takes all of it into the plan, as one edit that one undo takes back.</source>
        <translation>全部作为一次编辑写入方案，一次撤销即可收回。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="30"/>
        <source>Import entry lists</source>
        <translation>导入准入清单</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="224"/>
        <source>{file} is being held against the plan…</source>
        <translation>正在将 {file} 与方案对照…</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="233"/>
        <source>{file} would change: {what}</source>
        <translation>{file} 的改动：{what}</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="235"/>
        <source>Also remove the clauses whose rows were deleted ({count})</source>
        <translation>同时删除已删行的 {count} 条</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="246"/>
        <source>The plan was edited since: look once more at what the workbook changes.</source>
        <translation>方案在此期间已被编辑，已重新对照；请再看一遍后导入。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="251"/>
        <source>Imported: {what}</source>
        <translation>已导入：{what}</translation>
    </message>
    <message>
        <location filename="../ui/work/list_import.py" line="52"/>
        <source>Reading entry lists</source>
        <translation>读取准入清单</translation>
    </message>
    <message>
        <location filename="../ui/frame/revision_keys.py" line="180"/>
        <source>A gesture is half drawn: Enter does it, Esc drops it.</source>
        <translation>有操作画到一半：按 Enter 完成，按 Esc 放弃。</translation>
    </message>
    <message>
        <location filename="../ui/map/line_tools.py" line="126"/>
        <source>A line needs at least two points and has {count}.</source>
        <translation>画线至少要两个点，现有 {count} 个。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="263"/>
        <source>Drag out of the unit that is to grow; Alt+click or T chooses a target.</source>
        <translation>从要扩大的单元向外拖；按住 Alt 单击，或在单元上按 T，选目标单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="264"/>
        <source>Drag over what goes to {unit}; Alt+click or T: another unit; [ and ]: brush.</source>
        <translation>拖过要划入“{unit}”的图斑；Alt+单击或 T：换目标单元；[ 和 ]：画笔大小。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="329"/>
        <source>No face was touched that could go to {unit}: those of its own stay.</source>
        <translation>没有碰到可划入“{unit}”的图斑：它自己的图斑不变。</translation>
    </message>
    <message>
        <location filename="../ui/map/revision_tool.py" line="246"/>
        <source>{unit} is the target already.</source>
        <translation>“{unit}”已是目标单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="123"/>
        <source>{unit} is taken back from the merge.</source>
        <translation>“{unit}”不再参与合并。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="235"/>
        <source>{unit} has this category already.</source>
        <translation>“{unit}”已是这一类别。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="308"/>
        <source>Alt+click, T</source>
        <translation>Alt+单击、T</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="34"/>
        <source>Takes what a workbook of entry lists says beyond a plan into it, as one edit that one undo takes back.</source>
        <translation>把准入清单工作簿中方案没有的内容写入方案，作为一次修订，一次撤销即可全部收回。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="37"/>
        <source>Of a workbook that was exported from a plan, what was edited on any sheet since counts; of others, each row is matched to a unit by code, then by name.</source>
        <translation>由方案导出的工作簿，以导出后任一工作表上的改动为准；其他工作簿逐行按编码、再按名称对应管控单元。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="41"/>
        <source>What cannot be taken stands in the table of differences with sheet, row and reason.</source>
        <translation>不能采用的内容列在差异表中，注明工作表、行号和原因。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="50"/>
        <source>Differences between workbook and plan</source>
        <translation>工作簿与方案的差异</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="52"/>
        <source>New, changed, approved and removed clauses, and what is not taken, each with its sheet and row.</source>
        <translation>新增、修改、审定、去掉的条款以及未采用的内容，各注明工作表和行号。</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="56"/>
        <source>Number of new clauses</source>
        <translation>新增条款数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="57"/>
        <source>Number of changed clauses</source>
        <translation>修改条款数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="58"/>
        <source>Number of approved clauses</source>
        <translation>审定条款数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="59"/>
        <source>Number of clauses whose rows were deleted</source>
        <translation>行已删除的条款数</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="60"/>
        <source>Number of edits of clauses of a level above, which stay</source>
        <translation>对上级条款的改动数（未采用）</translation>
    </message>
    <message>
        <location filename="../ui/processing/algorithms/import_lists.py" line="61"/>
        <source>Number of rows that are not taken</source>
        <translation>未采用的行数</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="296"/>
        <source>The plan was changed outside the panel and has been read again; what is chosen and what you typed stay.</source>
        <translation>方案在面板之外被改动（另一程序或工具箱），已重新读取；选中的单元和已输入的文字保留。</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="301"/>
        <source>The plan was changed outside the panel while it was under revision: the revision has ended, and the plan has been read again with every edit that its file holds. Begin the revision again to go on.</source>
        <translation>修订期间方案在面板之外被改动：修订已结束，方案已重新读取，文件中的各次修订都在。要继续，请重新开始修订。</translation>
    </message>
    <message>
        <location filename="../ui/frame/dock.py" line="304"/>
        <source>Another plan was put in the place of this one outside the panel and has been read; reason, document and the chosen unit were of the one before.</source>
        <translation>面板之外有另一方案取代了本方案，已读取；修订理由、依据文件和所选单元属于原方案，已清除。</translation>
    </message>
    <message>
        <location filename="../ui/frame/revision_keys.py" line="198"/>
        <source>{key}: choose a unit first, in the table or on the map.</source>
        <translation>{key}：请先在表格中或地图上选一个单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="91"/>
        <source>Rename</source>
        <translation>改名</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="91"/>
        <source>Gives the chosen unit another name, in its card.</source>
        <translation>给所选单元改名（在单元卡片中）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="92"/>
        <source>Renumber</source>
        <translation>改号</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="92"/>
        <source>Gives the chosen unit another number, in its card.</source>
        <translation>给所选单元改编号（在单元卡片中）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="93"/>
        <source>Any operation as a form, in a window beside; “?” lists them.</source>
        <translation>以表单执行任一操作（旁边的窗口）；“?”列出全部操作。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="94"/>
        <source>All gestures and keys of the revision, in a window beside.</source>
        <translation>修订的全部操作和快捷键（旁边的窗口）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="339"/>
        <source>Keys work while the map, a button or a card has the focus. In a list or a table letters look for a row, and in a text field they are text; undo and redo work in lists too.</source>
        <translation>焦点在地图、按钮或卡片上时快捷键有效。在列表或表格中，字母用于查找行；在文本框中就是文字；撤销和重做在列表中也有效。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="208"/>
        <source>Under revision, no tool in hand: take one to go on. “?” lists gestures and keys.</source>
        <translation>修订中，未选工具：选一个工具继续。“?”列出全部操作和快捷键。</translation>
    </message>
    <message>
        <location filename="../ui/work/plan_watch.py" line="96"/>
        <source>Looking whether the plan was changed elsewhere</source>
        <translation>查看方案是否在别处被改动</translation>
    </message>
    <message>
        <location filename="../ui/map/site_tool.py" line="71"/>
        <source>Not ended: it needs {least} different points and has {count}. Click the next one.</source>
        <translation>未结束：至少要 {least} 个不同的点，现有 {count} 个，请继续单击。</translation>
    </message>
    <message>
        <location filename="../ui/map/site_tool.py" line="80"/>
        <source>Drag it or a corner, or click another place.</source>
        <translation>可拖动项目位置或其角点；在旁边单击另选位置。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="160"/>
        <source>for: {file} · {plan} · {day}; assess again.</source>
        <translation>对应：{file} · {plan} · {day}；请重新研判。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="162"/>
        <source>no day stated</source>
        <translation>未给出日期</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="134"/>
        <source>as the application calls it</source>
        <translation>按申报材料填写</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="135"/>
        <source>Stands in the answer, at the head of the report and in the name of its file.</source>
        <translation>写入研判结果、报告抬头和报告文件名。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="140"/>
        <source>New project</source>
        <translation>新项目</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="144"/>
        <source>Begins afresh: name, industry, facts, place, answer and report. {key}</source>
        <translation>重新开始：清空名称、行业、项目信息、位置、结论和报告。{key}</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/report.py" line="102"/>
        <source>Writes it to the file on the left; before another one is replaced it is asked.</source>
        <translation>写入左侧所示文件；已有同名文件时先询问是否替换。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="94"/>
        <source>without a name</source>
        <comment>a project</comment>
        <translation>未命名项目</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="95"/>
        <source>for: {project} · {place} · {plan}</source>
        <translation>对应：{project} · {place} · {plan}</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/version_box.py" line="288"/>
        <source>{name}: {count} places, {area} km²</source>
        <translation>{name}：{count} 处，{area} km²</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="175"/>
        <source>{unit} ends; it had {area}.</source>
        <translation>给出方 {unit} 不复存在（原 {area}）。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="177"/>
        <source>{unit} gives: {change}, {area} left.</source>
        <translation>给出方 {unit}：{change}，余 {area}。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="179"/>
        <source>{unit} gives: {before} → {after} parts, {change}, {area} left.</source>
        <translation>给出方 {unit}：{before} → {after} 块，{change}，余 {area}。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="181"/>
        <source>New: {unit}, {area}.</source>
        <translation>新单元 {unit}，{area}。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="183"/>
        <source>{unit} takes: {change}, then {area}.</source>
        <translation>{unit} 得到 {change}，共 {area}。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="197"/>
        <source>The rule names it {name}.</source>
        <translation>按命名规则应为“{name}”。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="199"/>
        <source>It keeps its name, which a person gave.</source>
        <translation>名称由人命名，保持不变。</translation>
    </message>
    <message>
        <location filename="../ui/map/consequence_words.py" line="209"/>
        <source>Done: {title}.</source>
        <translation>已完成：{title}。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="366"/>
        <source>Add faces, or click one to let it go; Enter founds the unit, Esc cancels.</source>
        <translation>继续添加图斑，再点一次去掉；回车新建单元，Esc 取消。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="367"/>
        <source>Paint or click the faces of the new unit; Ctrl+drag: a box; [ and ]: brush.</source>
        <translation>涂抹或点选新单元的图斑；Ctrl+拖动框选；[ 和 ] 调画笔。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="380"/>
        <source>{unit} is locked; unlock it first.</source>
        <translation>{unit} 已锁定，请先解锁。</translation>
    </message>
    <message>
        <location filename="../ui/map/paint_tool.py" line="447"/>
        <source>New unit</source>
        <translation>新单元</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="200"/>
        <source>The rule proposes a name, in the panel: Enter takes it, Esc leaves all as it is.</source>
        <translation>命名规则给出新名称，见面板：回车采用，Esc 不改。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="291"/>
        <source>Alt+click, or T, the unit that a township goes to.</source>
        <translation>Alt+单击（或按 T）选定要划入的单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="292"/>
        <source>Click the township that goes to {unit}; Alt+click or T: another unit.</source>
        <translation>单击要划归 {unit} 的乡镇；Alt+单击或 T 换单元。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="352"/>
        <source>This land is of {unit} already.</source>
        <translation>这里已属于 {unit}。</translation>
    </message>
    <message>
        <location filename="../ui/map/unit_tools.py" line="354"/>
        <source>No township of the plan is here.</source>
        <translation>此处不属于任何乡镇。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="67"/>
        <source>New</source>
        <comment>tool: a new unit</comment>
        <translation>新单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="68"/>
        <source>Paint or click faces: they become a new unit.</source>
        <translation>涂抹或点选图斑，成为一个新单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="72"/>
        <source>Township</source>
        <comment>tool</comment>
        <translation>乡镇</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/bar.py" line="73"/>
        <source>Click a township: what a unit has there goes to the chosen unit.</source>
        <translation>单击乡镇：该处单元在此乡镇的图斑划归选定单元。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="56"/>
        <source>Keep the name</source>
        <translation>保留原名</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="62"/>
        <source>Leave as it was</source>
        <translation>不改了</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="65"/>
        <source>All stays as it was (Esc).</source>
        <translation>一切保持原样（Esc）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="75"/>
        <source>Kind</source>
        <comment>of a unit</comment>
        <translation>类型</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="75"/>
        <source>Township</source>
        <translation>乡镇</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="75"/>
        <source>Given by</source>
        <translation>给出方</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="118"/>
        <source>Found it</source>
        <comment>a unit</comment>
        <translation>新建单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="119"/>
        <source>Move the township</source>
        <translation>划归乡镇</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="120"/>
        <source>Put it there</source>
        <comment>a unit into a category</comment>
        <translation>改类</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="121"/>
        <source>Merge them</source>
        <translation>合并</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="52"/>
        <source>Enter does it; undo takes it back.</source>
        <translation>回车执行，可撤销。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="131"/>
        <source>New unit: paint or click the faces that it is to have.</source>
        <translation>新单元：涂抹或点选要归入的图斑。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="132"/>
        <source>New unit of faces: {count}</source>
        <translation>新单元，图斑 {count} 个</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="137"/>
        <source>Township to {unit}: click it on the map, or choose it here.</source>
        <translation>乡镇划归 {unit}：在地图上单击乡镇，或在此选择。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="139"/>
        <source>{unit} bears the name that the rule gave it; the rule gives another one now.</source>
        <translation>“{unit}”原按命名规则命名，现在规则给出另一名称。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="158"/>
        <source>all of its category in the county</source>
        <translation>全县同类别的单元</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="202"/>
        <source>{town}, {county}</source>
        <translation>{town}（{county}）</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/editing_voice.py" line="276"/>
        <source>Each edit of a list goes into the plan’s journal, and undo takes it back.</source>
        <translation>对清单的每次编辑都记入方案的修订日志，可以撤销。</translation>
    </message>
    <message>
        <location filename="../ui/pages/lists/workbook.py" line="218"/>
        <source>Workbook of lists (*.xlsx *.xlsm *.csv)</source>
        <translation>清单工作簿 (*.xlsx *.xlsm *.csv)</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="303"/>
        <source>Said of the site before, and not taken along to this one: {facts}.</source>
        <translation>关于原选址的以下答复不随项目移到新选址：{facts}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/page.py" line="305"/>
        <source>Said of the site that was taken away, and forgotten with it: {facts}.</source>
        <translation>关于已移除选址的以下答复一并清除：{facts}。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="44"/>
        <source>C26, a name, an everyday word, or first letters of its pinyin</source>
        <translation>代码、名称、俗称或拼音首字母</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/project.py" line="46"/>
        <source>Code of GB/T 4754 at any depth, a part of the name, an everyday word, or the first letters of its pinyin. Empty: not known.</source>
        <translation>国民经济行业分类代码（任一级）、名称的一部分、俗称（如养猪、加油站）或拼音首字母。留空表示未知。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="197"/>
        <source>{value} (implied by the industry)</source>
        <translation>{value}（按行业推定）</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="343"/>
        <source>Claim it</source>
        <comment>an exemption</comment>
        <translation>主张豁免</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/page.py" line="303"/>
        <source>{unit} is locked and stays as it is: unlock it first, with L on the map or in its card.</source>
        <translation>{unit} 已锁定，不作修改：请先解锁（地图上用 L 工具，或点其卡片上的锁）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/target_card.py" line="152"/>
        <source>No unit is chosen: Alt+click or T on the map, or a click in the table, chooses one.</source>
        <translation>尚未选定单元：在地图上按 Alt+单击或按 T，或在表中单击，即可选定。</translation>
    </message>
    <message>
        <location filename="../ui/pages/revision/unit_form.py" line="136"/>
        <source>Township: choose the unit that it goes to (Alt+click or T on the map, or the table).</source>
        <translation>乡镇划归：请先选定划入的单元（在地图上按 Alt+单击或按 T，或在表中选）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/facts.py" line="315"/>
        <source>More facts: {count}</source>
        <translation>条目还问到的信息：{count} 项</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="184"/>
        <source>To the site</source>
        <translation>缩放到选址</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/place.py" line="185"/>
        <source>Clear</source>
        <comment>the site of a project</comment>
        <translation>清除选址</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/changes.py" line="48"/>
        <source>Change</source>
        <comment>of a feature</comment>
        <translation>变化</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/batch.py" line="105"/>
        <source>CSV or workbook, a project a row; the tip of the button names its columns.</source>
        <translation>CSV 或工作簿，一行一个项目；列名见按钮的提示。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/elsewhere.py" line="98"/>
        <source>Places in the county are assessed, the nearest first; what stands against one is listed.</source>
        <translation>由近到远研判本县范围内的位置；不行的列出原因。</translation>
    </message>
    <message>
        <location filename="../ui/pages/assess/words.py" line="183"/>
        <source>{effect}: {text}</source>
        <translation>{effect}：{text}</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="315"/>
        <source>All issues ({count})</source>
        <translation>全部问题（{count}）</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="190"/>
        <source>The case has not been saved: “Run” asks where, and the plan is written beside it.</source>
        <translation>方案尚未保存：点“运行”时先问保存到哪里，成果写在同一文件夹。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="358"/>
        <source>Choose its CRS below; where none offered is right, under Encoding and CRS.</source>
        <translation>请用下面的按钮选择它的坐标系；没有合适的，在“编码与坐标系”中另选。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="173"/>
        <source>It lies outside the study area: is its CRS right?</source>
        <translation>不在研究区内：请核对它的坐标系</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="397"/>
        <source>Read it in {crs}, meridian {degrees}°</source>
        <translation>按中央经线 {degrees}°（{crs}）读取</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="176"/>
        <source>outside</source>
        <translation>不在研究区</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/details.py" line="74"/>
        <source>Given as {role}, but it looks like {guessed} ({share}).</source>
        <translation>指定为“{role}”，但识别结果为“{guessed}”（{share}）。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="312"/>
        <source>The run failed; nothing was written.</source>
        <translation>运行失败，没有写出文件。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="314"/>
        <source>Adopting failed; the plan is as it was.</source>
        <translation>采用失败，成果保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/run.py" line="315"/>
        <source>The last run failed; the plan is as it was.</source>
        <translation>上次运行失败，成果保持原样。</translation>
    </message>
    <message>
        <location filename="../ui/pages/findings_list.py" line="347"/>
        <source>What is chosen has no place of its own: it is about the plan or its lists as a whole.</source>
        <translation>所选问题没有具体位置：它针对整个方案或清单。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="150"/>
        <source>{value} is read as {zone}; the choice goes into the case.</source>
        <translation>“{value}”解释为“{zone}”；所选写入方案。</translation>
    </message>
    <message>
        <location filename="../ui/frame/welcome.py" line="90"/>
        <source>Last opened:</source>
        <translation>最近打开：</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="64"/>
        <source>Leading industries</source>
        <translation>主导产业</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="70"/>
        <source>What it says of a named park becomes a clause of that park.</source>
        <translation>有名称园区的该字段内容会成为该园区的条款。</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/fields.py" line="69"/>
        <source>Permitted emissions</source>
        <translation>允许排放量</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="132"/>
        <source>&amp;Hide on the map</source>
        <translation>在地图上隐藏(&amp;H)</translation>
    </message>
    <message>
        <location filename="../ui/pages/sources/role_list.py" line="134"/>
        <source>&amp;Take out of the case</source>
        <translation>移出方案(&amp;T)</translation>
    </message>
</context>
</TS>
