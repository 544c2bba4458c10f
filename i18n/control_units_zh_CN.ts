<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ControlUnits</name>
    <message>
        <location filename="../plugin.py" line="57"/>
        <source>Delineate control units…</source>
        <translation>划定管控单元…</translation>
    </message>
    <message>
        <location filename="../ui/processing/provider.py" line="23"/>
        <source>Control units</source>
        <translation>管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="49"/>
        <source>Delineate control units</source>
        <translation>划定管控单元</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="71"/>
        <source>Case file</source>
        <translation>划定方案配置文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="74"/>
        <source>Method (NAME or NAME:key=value,…)</source>
        <translation>划分方法（名称，或 名称:参数=值,…）</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="79"/>
        <source>Seed of random choices</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="88"/>
        <source>Plan file</source>
        <translation>划定成果文件</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="88"/>
        <source>Plan (*.gpkg)</source>
        <translation>划定成果 (*.gpkg)</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="93"/>
        <source>Units</source>
        <translation>管控单元数</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="94"/>
        <source>Faces</source>
        <translation>基础图斑数</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="95"/>
        <source>Area in m²</source>
        <translation>面积（m²）</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="53"/>
        <source>Runs a case and writes the plan as one GeoPackage.</source>
        <translation>按划定方案配置运行，成果写入一个 GeoPackage 文件。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="53"/>
        <source>All boundaries are noded once; rules give faces categories; faces form units.</source>
        <translation>所有界线一次打断为基础图斑，按判定规则确定每个图斑的管控类别，再归并为管控单元。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="53"/>
        <source>Without a method or a seed, those of the case are used.</source>
        <translation>不填划分方法或随机种子时，采用配置文件中的设置。</translation>
    </message>
    <message>
        <location filename="../ui/processing/delineate.py" line="53"/>
        <source>A plan that people have edited is not overwritten.</source>
        <translation>已有人工修订的成果不会被覆盖。</translation>
    </message>
</context>
</TS>
